"""Places of pricing in the shell."""

from django.utils.translation import gettext_lazy as _

from core.nav import Place

INSIDE = "pricing:pricelist_list"

PLACES = [
    Place(_("Prices"), "tag", INSIDE, "pricing.view_pricelist", order=55, key="p"),
    Place(
        _("Price changes"),
        "arrows-right-left",
        "pricing:pricechange_list",
        "pricing.view_pricechange",
        order=56,
        under=INSIDE,
    ),
    Place(
        _("Promotions"),
        "calendar-days",
        "pricing:promotion_list",
        "pricing.view_pricerule",
        order=57,
        under=INSIDE,
    ),
    Place(
        _("Customers' own prices"),
        "users",
        "pricing:customerprice_list",
        "pricing.view_pricerule",
        order=58,
        under=INSIDE,
    ),
]
