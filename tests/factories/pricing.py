"""What it costs."""

import factory

from inventory.models import Product
from pricing.models import PriceList, PriceRule, TaxRate


class PricedProductFactory(factory.django.DjangoModelFactory):
    """A product with a list price of 100.00; `list_price=None` for one without."""

    class Meta:
        model = Product

    sku = factory.Sequence(lambda n: f"PRC-{n}")
    name = factory.Sequence(lambda n: f"Display {n}")
    list_price = "100"


class PriceListFactory(factory.django.DjangoModelFactory):
    """A promotion's list; `segment=…` makes it that segment's. The base list is made by migrate: `base_list()`."""

    class Meta:
        model = PriceList

    name = factory.Sequence(lambda n: f"List {n}")
    kind = factory.LazyAttribute(lambda made: "segment" if made.segment else "promotion")
    segment = None


class PriceRuleFactory(factory.django.DjangoModelFactory):
    """90.00 for any quantity, for everybody, for ever, in a promotion's list."""

    class Meta:
        model = PriceRule

    price_list = factory.SubFactory(PriceListFactory)
    product = factory.SubFactory(PricedProductFactory)
    unit_price = "90"


class TaxRateFactory(factory.django.DjangoModelFactory):
    """18 % for standard products and customers, for ever."""

    class Meta:
        model = TaxRate

    product_category = "standard"
    customer_treatment = "standard"
    rate = "18"


def base_list() -> PriceList:
    """The list of base prices in the base currency."""
    return PriceList.objects.get(kind="base", currency="INR", is_active=True)
