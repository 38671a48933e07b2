"""What the counter shows for what was typed: rows, sum, ways out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.dates import local_date
from core.errors import Refusal
from core.money import ZERO, format_money
from credit import operations as credit
from credit.rules import CreditInputs, Judgement
from customers.models import Customer
from inventory.models import Location, Product
from inventory.queries import Availability, availability
from inventory.queries.expecting import next_to_come
from orders import operations, queries
from orders.forms import LineForm
from orders.models import OrderLine
from orders.operations import Item, Preview
from orders.queries import Substitute
from orders.queries.expected import more_to_come
from pricing.queries import PricedLine
from pricing.rules import Candidate

from .sheet import Sheet

NOTHING = Availability()


class Row(NamedTuple):
    """A typed line with its product, what is here, its price once it can be said, and what would do instead."""

    form: LineForm
    product: Product
    shelf: Availability
    priced: PricedLine | None
    substitutes: list[Substitute]
    coming: str = ""

    @property
    def here(self) -> int:
        """Pieces that would be reserved now."""
        return max(0, min(self.form.pieces, self.shelf.available))

    @property
    def short(self) -> int:
        """Pieces that would wait."""
        return self.form.pieces - self.here

    @property
    def choices(self) -> list[tuple[str, Any]]:
        """What may be done where pieces are missing."""
        return list(OrderLine.WhenShort.choices)


class OneWay(NamedTuple):
    """A way out of a refusal, as the counter offers it. `do` is the button's verb; `url` opens in the dialog, and
    `said` is what the page says when that is done (else: a payment was taken)."""

    label: str
    note: str = ""
    do: str = ""
    url: str = ""
    page: str = ""
    said: str = ""


class Shown:
    """Everything on the page that follows from the customer and the lines; read once per request.

    Nothing here locks or writes; a moment later it may be different, and confirming judges again.
    """

    def __init__(
        self,
        customer: Customer | None,
        sheet: Sheet,
        *,
        location: Callable[[], Location],
        currency: str,
        user: Any,
        promised: Mapping[int, Candidate] | None = None,
    ) -> None:
        self.promised = promised
        self.customer, self.sheet, self.find_location, self.user = customer, sheet, location, user
        self.at = timezone.now()
        self.on = local_date(self.at)
        self.preview: Preview | None = None
        self.problem: Refusal | None = None
        self.credit: CreditInputs | None = None
        self.judged: Judgement | None = None
        self.products = self._products()
        sheet.keep(self.products)
        if customer is not None:
            self._judge(customer, currency)
        self.rows = self._rows()

    @cached_property
    def location(self) -> Location:
        """Where the goods come from; asked for only once there are lines."""
        return self.find_location()

    def _products(self) -> dict[int, Product]:
        keys = [line.product_id for line in self.sheet.lines]
        return Product.objects.select_related("category").in_bulk(keys) if keys else {}

    def _judge(self, customer: Customer, currency: str) -> None:
        """Prices, tax and credit for the lines that can be read; or why they can't be said."""
        items: list[Item] = [line.item for line in self.sheet.lines if line.is_valid()]
        if not items:
            self.credit, self.judged = credit.preview(customer.pk, ZERO, at=self.at)
            return
        try:
            self.preview = operations.preview_order(
                customer,
                items,
                currency=currency,
                location=self.location,
                at=self.at,
                promised=self.promised,
            )
            self.credit, self.judged = self.preview.credit, self.preview.judged
        except Refusal as refusal:
            self.problem = refusal
            self.credit, self.judged = credit.preview(customer.pk, ZERO, at=self.at)

    def _rows(self) -> list[Row]:
        known = self.preview.shelf if self.preview else {}
        missing = [pk for pk in self.products if pk not in known]
        shelf = known | self._shelf(missing)
        priced = {line.product_id: line for line in self.preview.lines} if self.preview else {}
        rows = [
            Row(line, self.products[pk], shelf.get(pk, NOTHING), priced.get(pk), [])
            for line in self.sheet.lines
            if (pk := line.product_id)
        ]
        short = [(row.product, row.form.pieces) for row in rows if row.short > 0]
        if not short or self.preview is None or self.customer is None:
            return rows
        instead = queries.substitutes_for(
            self.customer, short, location=self.location, on=self.on, currency=self.preview.currency
        )
        next_ones = next_to_come([product.pk for product, _n in short], self.location.pk, on=self.on)
        return [
            row._replace(
                substitutes=instead.get(row.product.pk, []),
                coming=more_to_come(next_ones.get(row.product.pk)) if row.short > 0 else "",
            )
            for row in rows
        ]

    def _shelf(self, products: list[int]) -> dict[int, Availability]:
        try:
            return availability(products, self.location) if products else {}
        except Refusal as refusal:  # no stock location is set up yet
            self.problem = self.problem or refusal
            return {}

    # --- what is said of the whole -------------------------------------------------------------------------------
    @property
    def total(self) -> Decimal:
        return self.preview.total if self.preview else ZERO

    @property
    def currency(self) -> str:
        return self.credit.currency if self.credit else ""

    @property
    def left(self) -> Decimal | None:
        """Credit that remains after this order; None without bound."""
        if self.credit is None or self.credit.available is None:
            return None
        return self.credit.available - self.total

    @property
    def over(self) -> Decimal:
        return max(ZERO, -self.left) if self.left is not None else ZERO

    @property
    def approved(self) -> bool:
        return self.judged is None or self.judged.approved

    @property
    def blocked(self) -> bool:
        """Whether a price below cost keeps this person from confirming."""
        below = self.preview is not None and bool(self.preview.below_cost)
        return below and not operations.may_sell_below_cost(self.user)

    @property
    def count(self) -> str:
        """`3 lines, 20 pieces`."""
        pieces = self.preview.pieces if self.preview else 0
        lines = len(self.sheet.lines)
        said_lines = ngettext("%(n)d line", "%(n)d lines", lines) % {"n": lines}
        said_pieces = ngettext("%(n)d piece", "%(n)d pieces", pieces) % {"n": pieces}
        return _("%(lines)s, %(pieces)s") % {"lines": said_lines, "pieces": said_pieces}

    @property
    def margin_percent(self) -> Decimal | None:
        preview = self.preview
        if preview is None or preview.margin is None or not preview.net:
            return None
        return preview.margin * 100 / preview.net

    def ways(self, path: str) -> Sequence[OneWay]:
        """What would make it go through, from here."""
        if self.preview is None or self.judged is None or self.judged.approved or self.customer is None:
            return []
        ways = []
        pay = self.judged.to_release
        if pay and self.user.has_perm("credit.record_payment"):
            query = urlencode({"customer": self.customer.pk, "amount": pay})
            ways.append(
                OneWay(
                    _("Take a payment"),
                    _("%(amount)s now") % {"amount": format_money(pay, self.currency)},
                    url=f"{reverse('credit:payment_add')}?{query}",
                )
            )
        only_limit = {reason["code"] for reason in self.judged.reasons} == {"over_limit"}
        if only_limit and self.user.has_perm("credit.add_limitrequest") and self.credit:
            needed = (self.credit.limit or ZERO) + self.judged.excess
            query = urlencode({"amount": needed})
            ways.append(
                OneWay(
                    _("Ask for a limit"),
                    _("of %(amount)s") % {"amount": format_money(needed, self.currency)},
                    url=f"{reverse('credit:limit_request_add', args=[self.customer.pk])}?{query}",
                    said=_("The limit is asked for."),
                )
            )
        if only_limit:
            ways += [self._cut(fit) for fit in self._fits()]
        return ways

    def _fits(self) -> list[queries.Fit]:
        assert self.customer
        assert self.preview
        assert self.judged
        return queries.fits(
            self.customer,
            self.preview.lines,
            self.preview.shelf,
            self.judged.excess,
            on=self.on,
            currency=self.preview.currency,
        )

    def _cut(self, fit: queries.Fit) -> OneWay:
        label = _("Take off %(product)s × %(pieces)d") % {"product": fit.name, "pieces": fit.pieces}
        less = format_money(-fit.less, self.currency)
        if fit.left:
            return OneWay(label, less, do=f"set:{fit.product_id}:{fit.left}")
        return OneWay(label, less, do=f"remove:{fit.product_id}")
