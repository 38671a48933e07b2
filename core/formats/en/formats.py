"""Numbers in English: by lakh where the shop's own money is counted so, else by thousand."""

from django.conf import settings

from core.money import LAKHS

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = (3, 2, 0) if settings.CURRENCY in LAKHS else 3
DATE_FORMAT = "j M Y"
MONTH_DAY_FORMAT = "j M"
SHORT_DATE_FORMAT = "d/m/Y"
