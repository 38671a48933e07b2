"""Places of the customers in the shell."""

from django.utils.translation import gettext_lazy as _

from core.nav import Place

PLACES = [
    Place(
        _("Customers"),
        "user-group",
        "customers:customer_list",
        "customers.view_customer",
        order=30,
        phone=True,
        key="c",
    )
]
