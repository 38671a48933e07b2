"""Numbers and dates in Arabic: 1,234.5 and 21 نوفمبر 2026, with the digits of bills, scanners and phones.

Django's own are 1.234,5, which beside an invoice in rupees or dirhams reads as another number.
"""

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
DATE_FORMAT = "j F Y"
MONTH_DAY_FORMAT = "j F"
SHORT_DATE_FORMAT = "d/m/Y"
