"""Prices in the command palette."""

from django.utils.translation import gettext_lazy as _

from core.palette import Command

COMMANDS = [
    Command(_("Why this price?"), "question-mark-circle", "pricing:price_explain", "pricing.view_pricerule"),
    Command(_("New price list"), "tag", "pricing:pricelist_new", "pricing.add_pricelist"),
    Command(_("Change many prices"), "arrows-up-down", "pricing:pricechange_new", "pricing.add_pricechange"),
    Command(
        _("Taxes"), "receipt-percent", "pricing:taxrate_list", "pricing.view_taxrate", words=_("gst vat")
    ),
]
