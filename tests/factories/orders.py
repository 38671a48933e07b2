"""The sale, made as people make it: through operations, with stock and prices behind it."""

from __future__ import annotations

import datetime as dt
import itertools
from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone

from accounts.models import User
from credit.models import LimitKind
from credit.operations import open_account, set_limit
from customers.models import Customer
from inventory.models import Location, Product
from inventory.operations import ReceiptLine, receive_goods
from orders.models import Order
from orders.operations import Item, confirm_order, create_order
from pricing.models import TaxRate

from .accounts import UserFactory
from .customers import CustomerFactory

CATEGORY_OF = {"0": "zero", "5": "reduced", "18": "standard"}
_numbers = itertools.count(1)


def now() -> dt.datetime:
    return timezone.now()


def shelf() -> Location:
    """The default location, made on first use."""
    made, _ = Location.objects.get_or_create(is_default=True, defaults={"name": "Main store"})
    return made


def receive(product: Product, pieces: int, cost: str = "60") -> None:
    """Pieces arrive on the default shelf."""
    receive_goods(shelf(), [ReceiptLine(product.pk, pieces, Decimal(cost))], by=None, at=now())


def sellable_product(
    sku: str = "", price: str = "100", on_hand: int = 10, cost: str = "", tax: str = "0", **fields: Any
) -> Product:
    """A product with a list price before tax and so many pieces on the default shelf; `tax` is 0, 5 or 18 %.

    A piece cost 60, or half of a price below that.
    """
    category = CATEGORY_OF[tax]
    TaxRate.objects.get_or_create(
        product_category=category, customer_treatment="standard", defaults={"rate": Decimal(tax)}
    )
    sku = sku or f"SELL-{next(_numbers)}"
    named = {"name": f"Display {sku}", "list_price": Decimal(price), "tax_category": category}
    product: Product = Product.objects.create(sku=sku, **named | fields)
    shelf()
    if on_hand:
        receive(product, on_hand, cost or ("60" if Decimal(price) > 60 else str(Decimal(price) / 2)))
    return product


def customer_with_credit(limit: str | None = "100000", **fields: Any) -> Customer:
    """A shop that may owe so much; "0" is cash only, None without bound."""
    customer: Customer = CustomerFactory(**fields)
    open_account(customer.pk)
    amount = Decimal(limit) if limit is not None and Decimal(limit) else None
    kind = LimitKind.UNLIMITED if limit is None else LimitKind.AMOUNT if amount else LimitKind.CASH_ONLY
    set_limit(customer.pk, kind, amount, by=None, at=now())
    return customer


class OrderFactory(factory.Factory):
    """A draft of the customer's representative: two pieces at 100.00.

    `lines=[(product, pieces), (product, pieces, discount)]`, `customer=…`, `by=…`, `at=…`, and any field of an order.
    """

    class Meta:
        model = Order

    customer = factory.LazyFunction(customer_with_credit)
    lines = factory.LazyFunction(lambda: [(sellable_product(), 2)])
    by = factory.LazyAttribute(lambda made: made.customer.representative or _somebody())
    at = factory.LazyFunction(now)

    @classmethod
    def _create(cls, model_class: type[Order], *args: Any, **fields: Any) -> Order:
        items = [Item(product.pk, *rest) for product, *rest in fields.pop("lines")]
        return create_order(fields.pop("customer"), items, **fields)


class ConfirmedOrderFactory(OrderFactory):
    """The same, confirmed by its maker: confirmed, backordered or on credit hold, as the rules say."""

    @classmethod
    def _create(cls, model_class: type[Order], *args: Any, **fields: Any) -> Order:
        order = super()._create(model_class, *args, **fields)
        return confirm_order(order, by=order.created_by, at=fields["at"])


def draft(customer: Customer, *lines: tuple[Any, ...], **fields: Any) -> Order:
    """`draft(shop, (product, 2), (other, 1))`."""
    order: Order = OrderFactory(customer=customer, lines=list(lines), **fields)
    return order


def held_order(limit: str = "100", **fields: Any) -> Order:
    """An order that credit refused: 200.00 asked of a limit of 100.00."""
    order: Order = ConfirmedOrderFactory(**{"customer": customer_with_credit(limit)} | fields)
    assert order.status == "credit_hold"
    return order


def _somebody() -> User:
    user: User = UserFactory(role="Sales representative")
    return user
