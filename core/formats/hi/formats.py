"""Numbers and dates in Hindi: 12,34,567.5 and 21 नवंबर 2026, with the digits of bills and phones.

Months are written out: cut short they are no words anybody reads.
"""

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = (3, 2, 0)
DATE_FORMAT = "j F Y"
MONTH_DAY_FORMAT = "j F"
SHORT_DATE_FORMAT = "d/m/Y"
