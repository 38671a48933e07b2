from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0018_receipts_of_suppliers"),
    ]

    operations = [
        migrations.RemoveField("goodsreceipt", "supplier_name"),
    ]
