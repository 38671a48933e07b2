"""Places of pricing in the shell."""

from django.utils.translation import gettext_lazy as _

from core.nav import Place

PLACES = [Place(_("Prices"), "tag", "pricing:pricelist_list", "pricing.view_pricelist", order=55, key="p")]
