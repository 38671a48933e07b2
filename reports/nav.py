"""Places of reports in the shell."""

from django.utils.translation import gettext_lazy as _

from core.nav import Place

PLACES = [
    Place(_("Home"), "home", "reports:home", order=0, phone=True, key="h"),
    Place(_("Books"), "scale", "reports:books", "reports.view_bookscheck", order=90, key="b"),
]
