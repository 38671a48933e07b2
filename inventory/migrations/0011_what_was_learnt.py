from django.db import migrations


class Migration(migrations.Migration):
    """Pairs read out of names are marked so; a warranty of 0 months was never typed, so the category may say it.

    Without the triggers: nobody changed these products, and each is not to be searched for anew.
    """

    dependencies = [
        ("inventory", "0010_catalogue_complete"),
    ]

    operations = [
        migrations.RunSQL(
            "UPDATE inventory_compatibility SET state = 'learnt' WHERE confidence < 1",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            [
                "ALTER TABLE inventory_product DISABLE TRIGGER USER",
                "UPDATE inventory_product SET warranty_months = NULL WHERE warranty_months = 0",
                "ALTER TABLE inventory_product ENABLE TRIGGER USER",
            ],
            [
                "ALTER TABLE inventory_product DISABLE TRIGGER USER",
                "UPDATE inventory_product SET warranty_months = 0 WHERE warranty_months IS NULL",
                "ALTER TABLE inventory_product ENABLE TRIGGER USER",
            ],
        ),
    ]
