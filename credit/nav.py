"""Places of money owed in the shell."""

from django.utils.translation import gettext_lazy as _

from core.nav import Place

PLACES = [
    Place(_("Receivables"), "banknotes", "credit:invoice_list", "credit.view_invoice", order=50, key="r"),
]
