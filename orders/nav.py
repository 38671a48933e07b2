"""Places of orders in the shell."""

from django.utils.translation import gettext_lazy as _

from core.nav import Place

PLACES = [
    Place(_("Orders"), "shopping-cart", "orders:order_list", "orders.view_order", order=20, phone=True),
    Place(_("Credit holds"), "hand-raised", "orders:hold_queue", "orders.view_holdqueue", order=51),
]
