from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # built beside a counter that goes on selling

    dependencies = [
        ("credit", "0012_terms"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="invoice",
            index=models.Index(
                condition=models.Q(("outstanding__gt", 0)),
                fields=["account", "due_on", "id"],
                include=("outstanding", "currency", "issued_on", "in_parts"),
                name="invoice_open_by_account_parts",
            ),
        ),
        AddIndexConcurrently(
            model_name="invoice",
            index=models.Index(
                condition=models.Q(("in_parts", True)), fields=["account", "id"], name="invoice_in_parts"
            ),
        ),
        AddIndexConcurrently(
            model_name="invoice",
            index=models.Index(
                fields=["account", "due_on"], include=("id", "outstanding"), name="invoice_due_by_account"
            ),
        ),
        RemoveIndexConcurrently(
            model_name="invoice",
            name="invoice_open_by_account",
        ),
    ]
