"""Places of orders in the shell."""

from django.utils.translation import gettext_lazy as _

from core.nav import Place, Shortcut

from .models import Order, Return

PLACES = [
    Place(
        _("Orders"), "shopping-cart", "orders:order_list", "orders.view_order", order=20, phone=True, key="o"
    ),
    Place(
        _("Backorders"),
        "clock",
        "orders:backorder_queue",
        "orders.view_backorderqueue",
        order=21,
        under="orders:order_list",
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
    Place(
        _("To pick"),
        "clipboard-document-list",
        "orders:pick_queue",
        "orders.pick_order",
        order=21,
        under="orders:order_list",
    ),
    Place(
        _("Deliveries"),
        "truck",
        "orders:delivery_list",
        "orders.view_delivery",
        order=23,
        under="orders:order_list",
    ),
    Place(
        _("Returns"),
        "arrow-uturn-left",
        "orders:return_list",
        "orders.view_return",
        order=22,
        under="orders:order_list",
        count=lambda user: Return.objects.visible_to(user).open(),
        topic="orders.return",
    ),
]
CREATE = Shortcut(_("New order"), "plus", "orders:order_add", "orders.add_order", "n", "orders:order_list")
