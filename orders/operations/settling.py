"""Settling a return: credited, given back, replaced; what we keep for the trouble."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.dates import local_date
from core.errors import Refusal
from core.money import ZERO, format_money, parse_money, round_money, round_price, taxed
from core.once import wait_for_twin
from credit import operations as credit
from credit.models import CreditNote, Invoice, Refund
from orders.models import Disposition, Order, OrderLine, Return, ReturnLine
from orders.queries.returns import credit_notes_of
from pricing.queries import gather

from .drafts import create_order
from .returns import SERIES, in_words_of, lock_return, tell, write

__all__ = ["SERIES", "house_fee", "kept_pieces", "replacement_of", "settle_return", "worth_of_return"]

Settlement = Return.Settlement
CREDITED = {Settlement.CREDIT, Settlement.REFUND, Settlement.EXCHANGE}
NOT_OUR_FAULT = {ReturnLine.Reason.TOO_MANY, ReturnLine.Reason.UNSUITABLE, ReturnLine.Reason.OTHER}
WAIVE = "orders.waive_restocking_fee"
REFUND_RIGHT = "credit.request_refund"


def kept_pieces(rma: Return) -> dict[int, int]:
    """`{line_pk: pieces}` that came and did not go back to the customer."""
    rows = rma.lines.filter(parts__pieces__gt=0).exclude(parts__disposition=Disposition.BACK)
    return dict(rows.order_by().values_list("pk").annotate(Sum("parts__pieces")))


def worth_of_return(
    rma: Return, lines: Sequence[ReturnLine], pieces: Mapping[int, int]
) -> dict[int, Decimal]:
    """About what each line would be credited with, by line: its share of what was billed."""
    return {
        line.pk: round_money(line.invoice_line.gross * pieces.get(line.pk, 0) / line.invoice_line.quantity)
        for line in lines
    }


def house_fee(lines: Sequence[ReturnLine], worth: Mapping[int, Decimal]) -> Decimal:
    """What the house keeps of goods that come back for no fault of ours, by its setting."""
    ours = sum((worth[line.pk] for line in lines if line.reason in NOT_OUR_FAULT), ZERO)
    return round_money(ours * Decimal(settings.RESTOCKING_FEE_PERCENT) / 100)


@transaction.atomic
def settle_return(
    rma: Return,
    settlement: str,
    *,
    by: Any,
    at: dt.datetime,
    fee_percent: Decimal | None = None,
    fee: Decimal | None = None,
    waived_reason: str = "",
    refund_method: str = Refund.Method.BANK,
    pay_to: str = "",
    version: int | None = None,
) -> Return:
    """End a received return: a credit note for each invoice, less a restocking fee; or goods again.

    The fee (percent of what is credited, or an amount; None: as the house has it) is a debit note with the goods' tax,
    paid at once by what the credit notes leave. Less than the house's fee needs `waive_restocking_fee` and a reason.
    `refund` asks for the money back as well: somebody else approves it. `replacement` makes a draft order at no charge
    and credits nothing, `exchange` credits and makes one at the same prices; whoever settles confirms it. Settled once:
    a second press gives the same. Locks: the return, credit account, then the numbers.
    """
    rma = lock_return(rma, version=version)
    if rma.state == Return.State.SETTLED:
        return rma
    if rma.state != Return.State.RECEIVED:
        raise Refusal(
            _("Return %(number)s is %(now)s. It is settled once its goods came.")
            % {"number": rma.number, "now": rma.get_state_display().lower()},
            code="wrong_state",
        )
    lines = list(rma.lines.select_related("invoice_line__invoice", "product").order_by("position"))
    pieces = kept_pieces(rma)
    settlement = _checked(settlement, pieces, by=by)
    credit.lock_account(rma.customer_id, on=local_date(at))
    notes: list[CreditNote] = []
    if settlement in CREDITED:
        notes = _credit(rma, lines, pieces, by=by, at=at)
        rma.credited = sum((note.total for note in notes), ZERO)
        _charge(rma, lines, notes, pieces, fee_percent, fee, waived_reason, by=by, at=at)
    if settlement == Settlement.REFUND:
        _ask_refunds(rma, refund_method, pay_to, by=by, at=at)
    order = None
    if settlement in {Settlement.REPLACEMENT, Settlement.EXCHANGE}:
        order = replacement_of(rma, lines, pieces, free=settlement == Settlement.REPLACEMENT, by=by, at=at)
    rma.state, rma.settlement = Return.State.SETTLED, Settlement(settlement)
    rma.settled_at, rma.settled_by = at, by
    rma.version += 1
    rma.save()
    said = _outcome(rma, notes, order)
    tell(rma, "return.settled", f"{rma.number}: {said}", by=by, at=at)
    with in_words_of(rma):
        outcome = _outcome(rma, notes, order)
    link = credit.make_link(credit.open_account(rma.customer_id), at=at)
    write(rma, "return_settled", by=by, at=at, outcome=outcome, link=f"{link.url}return/{rma.number}/")
    return rma


def _checked(settlement: str, pieces: Mapping[int, int], *, by: Any) -> str:
    if settlement not in Settlement.values:
        raise Refusal(_("Choose how it is settled."), code="unknown_settlement", field="settlement")
    if not pieces and settlement != Settlement.NOTHING:
        raise Refusal(
            _("Every piece went back to the customer: there is nothing to credit or replace."),
            code="nothing_kept",
            field="settlement",
        )
    if pieces and settlement == Settlement.NOTHING:
        raise Refusal(
            _("Pieces of it were kept: credit or replace them."), code="pieces_kept", field="settlement"
        )
    if settlement == Settlement.REFUND and by is not None and not by.has_perm(REFUND_RIGHT):
        raise Refusal(
            _("You may not ask for refunds. Settle it with a credit note."),
            code="no_right",
            field="settlement",
        )
    return settlement


def _credit(
    rma: Return, lines: Sequence[ReturnLine], pieces: Mapping[int, int], *, by: Any, at: dt.datetime
) -> list[CreditNote]:
    """One credit note for each invoice, the oldest first."""
    by_invoice: dict[int, dict[int, int]] = defaultdict(dict)
    invoices: dict[int, Invoice] = {}
    for line in lines:
        if count := pieces.get(line.pk, 0):
            invoices[line.invoice_line.invoice_id] = line.invoice_line.invoice
            by_invoice[line.invoice_line.invoice_id][line.invoice_line_id] = count
    return [
        credit.issue_credit_note(
            invoices[pk],
            reason=_("Returned with %s") % rma.number,
            reference=f"return:{rma.pk}:{invoices[pk].number}",
            quantities=by_invoice[pk],
            by=by,
            at=at,
        )
        for pk in sorted(by_invoice)
    ]


def _charge(
    rma: Return,
    lines: Sequence[ReturnLine],
    notes: Sequence[CreditNote],
    pieces: Mapping[int, int],
    percent: Decimal | None,
    amount: Decimal | None,
    waived_reason: str,
    *,
    by: Any,
    at: dt.datetime,
) -> None:
    """Keep the restocking fee: on the return, and as a debit note when there is one."""
    house = min(house_fee(lines, worth_of_return(rma, lines, pieces)), rma.credited)
    if percent is not None and not 0 <= percent <= 100:
        raise Refusal(_("A restocking fee is 0 to 100 %."), code="bad_fee", field="fee_percent")
    if amount is not None:
        asked = parse_money(amount)
    elif percent is not None:
        asked = round_money(rma.credited * percent / 100)
    else:
        asked = house
    if not 0 <= asked <= rma.credited:
        raise Refusal(
            _("The restocking fee can't be more than the %(amount)s that are credited.")
            % {"amount": format_money(rma.credited, rma.currency)},
            code="bad_fee",
            field="fee",
        )
    if asked < house:
        if by is not None and not by.has_perm(WAIVE):
            raise Refusal(
                _("The restocking fee is %(amount)s. Somebody with the right to must waive it.")
                % {"amount": format_money(house, rma.currency)},
                code="may_not_waive",
                field="fee",
            )
        if not waived_reason.strip():
            raise Refusal(_("Say why less is kept."), code="no_reason", field="waived_reason")
    rma.fee, rma.fee_percent = asked, percent if amount is None else None
    rma.fee_waived_reason = waived_reason.strip()[:240] if not asked else ""
    if asked:
        rma.fee_document = _debit(rma, notes, asked, by=by, at=at)


def _debit(rma: Return, notes: Sequence[CreditNote], fee: Decimal, *, by: Any, at: dt.datetime) -> Invoice:
    """A debit note over the fee, with the tax of what was credited: so much of each rate as came back at it."""
    shares: dict[Decimal, Decimal] = defaultdict(lambda: ZERO)
    for note in notes:
        for line in note.lines.select_related("invoice_line"):
            shares[line.invoice_line.tax_rate] += line.gross
    whole = sum(shares.values(), ZERO)
    charged, left = [], fee
    for place, (rate, gross) in enumerate(sorted(shares.items(), reverse=True), start=1):
        part = left if place == len(shares) else round_money(fee * gross / whole)
        left -= part
        if part > 0:
            with in_words_of(rma):
                words = _("Restocking fee for %s") % rma.number
            charged.append(credit.charge_line(words, part, tax_rate=rate, inclusive=True))
    return credit.issue_debit_note(
        rma.customer_id,
        charged,
        reason=_("Restocking fee for %s") % rma.number,
        reference=f"return:{rma.pk}:fee",
        about=notes[0].invoice if len(notes) == 1 else None,
        by=by,
        at=at,
    )


def _ask_refunds(rma: Return, method: str, pay_to: str, *, by: Any, at: dt.datetime) -> None:
    """Ask for what the credit notes left over. What freed an unpaid invoice is nobody's to give back."""
    asked = False
    for note in credit_notes_of(rma):
        if note.unallocated_amount > 0:
            credit.request_refund(
                note,
                note.unallocated_amount,
                method=method,
                reason=_("Returned with %s") % rma.number,
                reference=f"return:{rma.pk}:refund:{note.number}",
                pay_to=pay_to,
                by=by,
                at=at,
            )
            asked = True
    if not asked:
        raise Refusal(
            _(
                "Nothing is left to give back: the credit notes pay what is still open. Settle it with a credit note."
            ),
            code="nothing_to_refund",
            field="settlement",
        )


def replacement_of(
    rma: Return,
    lines: Sequence[ReturnLine],
    pieces: Mapping[int, int],
    *,
    free: bool,
    by: Any,
    at: dt.datetime,
) -> Order:
    """A draft over the same goods, at no charge or at the prices they were billed at; those stand when it is confirmed.

    One product is one line: billed at several prices it gets their average.
    """
    wait_for_twin(f"return:{rma.pk}:replacement")
    if made := Order.objects.filter(replaces=rma).first():
        return made
    order = create_order(
        rma.customer,
        [],
        by=by,
        at=at,
        idempotency_key=f"return:{rma.pk}",
        replaces=rma,
        note=_("Replaces the goods of %s") % rma.number,
    )
    goods: dict[int, list[tuple[ReturnLine, int]]] = defaultdict(list)
    for line in lines:
        if count := pieces.get(line.pk, 0):
            goods[line.product_id].append((line, count))
    facts = gather(rma.customer, goods, on=local_date(at), currency=rma.currency)
    rows = []
    for position, (product, parts) in enumerate(goods.items(), start=1):
        quantity = sum(count for _line, count in parts)
        billed = parts[-1][0].invoice_line
        price = ZERO if free else _price(parts)
        amounts = taxed(price * quantity, billed.tax_rate, inclusive=billed.price_includes_tax)
        rows.append(
            OrderLine(
                order=order,
                position=position,
                product_id=product,
                quantity=quantity,
                unit_price=price,
                price_includes_tax=billed.price_includes_tax,
                price_why={"agreed": rma.number},
                tax_rate=billed.tax_rate,
                net=amounts.net,
                tax=amounts.tax,
                gross=amounts.gross,
                unit_cost=facts[product].unit_cost if product in facts else None,
            )
        )
    OrderLine.objects.bulk_create(rows)
    order.net = sum((row.net for row in rows), ZERO)
    order.tax = sum((row.tax for row in rows), ZERO)
    order.total = order.net + order.tax
    order.version += 1
    order.save()
    return order


def _price(parts: Sequence[tuple[ReturnLine, int]]) -> Decimal:
    """What a piece was billed at, discounts taken off."""
    worth, pieces = ZERO, 0
    for line, count in parts:
        billed = line.invoice_line
        full = billed.unit_price * billed.quantity - billed.discount
        worth += full * count / billed.quantity
        pieces += count
    return round_price(worth / pieces)


def _outcome(rma: Return, notes: Sequence[CreditNote], order: Order | None) -> str:
    """How it was settled, in a sentence, in the language of the moment."""
    parts = []
    if notes:
        said = ngettext(
            "credit note %(numbers)s over %(amount)s", "credit notes %(numbers)s over %(amount)s", len(notes)
        )
        numbers = ", ".join(note.number for note in notes)
        parts.append(said % {"numbers": numbers, "amount": format_money(rma.credited, rma.currency)})
    if rma.fee:
        parts.append(_("restocking fee %(amount)s") % {"amount": format_money(rma.fee, rma.currency)})
    if rma.settlement == Settlement.REFUND:
        parts.append(_("the money goes back once it is approved"))
    if order is not None:
        parts.append(_("new order %(code)s") % {"code": order.code})
    return "; ".join(parts) or _("everything went back to you")
