from django.db import migrations

SUPPLIERS = """
INSERT INTO inventory_supplier
    (name, email, phone, address, country, tax_id, website, language, currency, payment_terms, note, is_active,
     created_at, updated_at)
SELECT DISTINCT ON (upper(btrim(supplier_name))) btrim(supplier_name), '', '', '', '', '', '', 'en', %s, '', '', true,
    now(), now()
FROM inventory_goodsreceipt WHERE btrim(supplier_name) <> ''
ORDER BY upper(btrim(supplier_name)), id
"""
RECEIPTS = """
UPDATE inventory_goodsreceipt receipt SET supplier_id = supplier.id
FROM inventory_supplier supplier WHERE upper(supplier.name) = upper(btrim(receipt.supplier_name))
"""
BACK = """
UPDATE inventory_goodsreceipt receipt SET supplier_name = supplier.name
FROM inventory_supplier supplier WHERE supplier.id = receipt.supplier_id
"""


def name_suppliers(apps, schema_editor):
    """What was typed on receipts becomes suppliers: one for each name, however it was capitalised."""
    from django.conf import settings

    with schema_editor.connection.cursor() as cursor:
        cursor.execute(SUPPLIERS, [settings.CURRENCY])
        cursor.execute(RECEIPTS)


def write_names(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(BACK)


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0017_purchasing"),
    ]

    operations = [migrations.RunPython(name_suppliers, write_names)]
