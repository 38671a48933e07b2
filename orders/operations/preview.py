"""What confirming would do, said before it is done. Keeps nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from core.dates import local_date
from core.errors import Refusal
from core.money import ZERO, format_money
from core.templatetags.figures import phone
from credit import operations as credit
from credit.operations.accounts import look_at_account
from credit.rules import CreditInputs, Judgement, judge
from customers.models import Customer
from inventory.models import Location
from inventory.queries import Availability, availability
from orders.amounts import worth
from pricing.queries import PricedLine, quote
from pricing.rules import Candidate

from .drafts import Item, checked
from .short import Resolved, has_choice, here_for, resolve_short, said_of, with_substitutes


class Preview(NamedTuple):
    """Priced lines, what is here for them, and what credit would say. Amounts in `currency`."""

    customer: Customer
    currency: str
    lines: list[PricedLine]
    shelf: dict[int, Availability]
    net: Decimal
    tax: Decimal
    total: Decimal
    credit: CreditInputs
    judged: Judgement
    dropped: int = 0
    substituted: int = 0

    @property
    def pieces(self) -> int:
        return sum(line.quantity for line in self.lines)

    def here(self, line: PricedLine) -> int:
        """Pieces of a line that would be reserved now."""
        return max(0, min(line.quantity, self.shelf[line.product_id].available))

    @property
    def reserves(self) -> int:
        return sum(self.here(line) for line in self.lines)

    @property
    def backorders(self) -> int:
        return self.pieces - self.reserves

    @property
    def invoiced(self) -> Decimal:
        """What would be billed at once: the pieces that are here, unless invoices come at delivery."""
        if settings.INVOICE_AT != "confirmation":
            return ZERO
        return sum((worth(line, self.here(line)).gross for line in self.lines), ZERO)

    @property
    def left(self) -> Decimal | None:
        """Credit that remains after this order; None without bound, negative when it is over."""
        return None if self.credit.available is None else self.credit.available - self.total

    @property
    def margin(self) -> Decimal | None:
        """Over all lines; None when the cost of one is not known."""
        margins = [line.margin for line in self.lines]
        known = [margin for margin in margins if margin is not None]
        return sum(known, ZERO) if margins and len(known) == len(margins) else None

    @property
    def below_cost(self) -> list[PricedLine]:
        """The lines that would be sold below cost."""
        return [line for line in self.lines if line.below_cost]

    @property
    def sentence(self) -> str:
        """What confirming will do, in one sentence."""
        if not self.judged.approved:
            return _("Puts the order on credit hold: %(why)s") % {"why": self.judged.text}
        parts = []
        if self.reserves:
            parts.append(
                ngettext("reserves %(n)d piece", "reserves %(n)d pieces", self.reserves)
                % {"n": self.reserves}
            )
        if self.backorders:
            parts.append(
                ngettext("backorders %(n)d piece", "backorders %(n)d pieces", self.backorders)
                % {"n": self.backorders}
            )
        if self.dropped or self.substituted:
            parts.append(said_of(Resolved([], self.dropped, self.substituted)))
        if self.invoiced:
            parts.append(_("invoices %(amount)s") % {"amount": format_money(self.invoiced, self.currency)})
        if self.left is not None:
            parts.append(
                _("leaves %(amount)s of credit") % {"amount": format_money(self.left, self.currency)}
            )
        parts.append(_told(self.customer))
        said = pgettext("between the parts of what will happen", ", ").join(parts)
        return f"{said[0].upper()}{said[1:]}."


def preview_order(
    customer: Customer,
    items: Sequence[Item],
    *,
    currency: str = "",
    location: Location,
    at: dt.datetime,
    promised: Mapping[int, Candidate] | None = None,
) -> Preview:
    """Price, shelf and credit for these items as of now. Refuses what an order could not hold.

    `promised` are prices that stand on the order's quotation, by product.

    Reads only, one statement each for account, prices and shelf; locks nothing, so it may be different a moment later.
    """
    account = look_at_account(customer.pk, on=local_date(at))
    currency = currency or account.currency
    dropped = substituted = 0
    if has_choice(items):
        items = with_substitutes(checked(items), location)
        items, dropped, substituted = resolve_short(items, here_for(items, location))
        if not items:
            raise Refusal(_("Nothing of this order is here; every line is left out."), code="nothing_left")
    lines = quote(
        customer,
        [(item.product_id, item.quantity) for item in checked(items)],
        on=local_date(at),
        currency=currency,
        discounts={item.product_id: item.discount for item in items if item.discount},
        promised=promised,
    )
    net = sum((line.net for line in lines), ZERO)
    tax = sum((line.tax for line in lines), ZERO)
    shelf = availability([line.product_id for line in lines], location)
    inputs = credit.gather(account, net + tax, on=local_date(at))
    judged = judge(inputs)
    total = net + tax
    return Preview(customer, currency, lines, shelf, net, tax, total, inputs, judged, dropped, substituted)


SENDS: dict[str, str | Promise] = {
    "whatsapp": gettext_lazy("sends WhatsApp to %(where)s"),
    "sms": gettext_lazy("sends an SMS to %(where)s"),
    "email": gettext_lazy("sends an e-mail to %(where)s"),
}


def _told(customer: Customer) -> str:
    """Where the first message goes, as people read an address."""
    for channel in customer.channels:
        if address := customer.address_for(channel):
            return str(SENDS[channel]) % {"where": address if channel == "email" else phone(address)}
    return _("sends nothing: no phone or e-mail is known")
