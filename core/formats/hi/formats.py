"""Numbers and dates in Hindi: 12,34,567.5 and 21 नवंबर 2026, with the digits of bills and phones."""

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = (3, 2, 0)
DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "d/m/Y"
