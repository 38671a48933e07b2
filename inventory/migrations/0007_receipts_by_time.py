from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # built beside a counter that goes on selling

    dependencies = [
        ("inventory", "0006_shortages"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="goodsreceipt",
            index=models.Index(fields=["-at", "-id"], name="receipt_newest_first"),
        ),
    ]
