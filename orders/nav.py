"""Places of orders in the shell."""

from django.utils.translation import gettext_lazy as _

from core.nav import Place, Shortcut

from .models import Order

PLACES = [
    Place(
        _("Orders"), "shopping-cart", "orders:order_list", "orders.view_order", order=20, phone=True, key="o"
    ),
    Place(
        _("Credit holds"),
        "hand-raised",
        "orders:hold_queue",
        "orders.view_holdqueue",
        order=49,
        key="l",
        count=lambda user: Order.objects.visible_to(user).held(),
        topic="orders.order",
        hot=True,
    ),
]
CREATE = Shortcut(_("New order"), "plus", "orders:order_add", "orders.add_order", "n", "orders:order_list")
