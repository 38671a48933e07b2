from django.contrib.postgres.operations import CreateExtension
from django.db import migrations

# Digits of Arabic, Persian, Devanagari and Bengali as 0-9, Arabic yeh and kaf as Persian ones; what has no
# counterpart (joiners, marks of direction, the soft hyphen) falls out.
FROM = "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९০১২৩৪৫৬৭৮৯يك\u200c\u200d\u200e\u200f\xad"
TO = "0123456789012345678901234567890123456789یک"

FOLD = f"""
CREATE FUNCTION search_fold(typed text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT lower(
        public.unaccent('public.unaccent', translate(normalize(typed, NFKC), '{FROM}', '{TO}')) COLLATE "pg_c_utf8"
    )
$$;
COMMENT ON FUNCTION search_fold(text) IS
    'What typed and stored text are compared as: lower case, without accents, digits of any script as 0-9.';
"""


class Migration(migrations.Migration):
    """What indexes of all apps stand on: extensions, and one way to fold text for searching, whatever the locale."""

    initial = True

    dependencies = []

    operations = [
        CreateExtension("pg_trgm"),
        CreateExtension("btree_gist"),
        CreateExtension("fuzzystrmatch"),
        CreateExtension("unaccent"),
        migrations.RunSQL(FOLD, "DROP FUNCTION search_fold(text)"),
    ]
