"""Paying online: a checkout is opened, the gateway tells or is asked, and what it has is booked once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.dates import local_date
from core.errors import Refusal
from core.money import ZERO, format_money, parse_money
from core.notify import holders, notify
from core.tasks import after_commit
from credit.gateways import GatewayDown, Notice, Paid, gateway, on_offer
from credit.models import (
    Checkout,
    CreditAccount,
    GatewayEvent,
    GatewayPayment,
    Invoice,
    Payment,
    RetailerLink,
)
from customers.operations import record

from .bank import booked_from_bank
from .chargebacks import look_at_dispute
from .gateway_refunds import look_at_refunds
from .links import token_of
from .payments import record_payment

log = structlog.get_logger(__name__)
State, Outcome = Checkout.State, GatewayPayment.Outcome
LASTS = dt.timedelta(hours=23)
"""How long a page to pay on stays open: Stripe allows between half an hour and a day."""
LEFT_FOR = dt.timedelta(seconds=30)
GRACE = dt.timedelta(days=2)
"""How long after its end a checkout is still asked about: some ways to pay take a day."""


@transaction.atomic
def start_checkout(
    link: RetailerLink,
    amount: Decimal,
    *,
    provider: str,
    invoices: list[str],
    key: str,
    at: dt.datetime,
) -> Checkout:
    """Note that a retailer wants to pay an amount online, for these invoices (by number) or the oldest ones.

    Books nothing. Refuses an amount above what is open: money that no invoice needs is not asked for. `key` names
    the form that was sent: sent twice, it is one checkout.
    """
    account = link.account
    if told := Checkout.objects.filter(key=key, account=account).first():
        return told
    if provider not in on_offer(account.currency):
        raise Refusal(_("Paying online is not possible just now."), code="no_gateway")
    amount = parse_money(amount)
    rows = Invoice.objects.filter(account=account).longest_due()
    if invoices:
        rows = rows.filter(number__in=invoices)
    shares, left = [], amount
    open_amount = ZERO
    for invoice in rows:
        open_amount += invoice.outstanding
        if left > 0:
            shares.append([invoice.pk, str(min(left, invoice.outstanding))])
            left -= min(left, invoice.outstanding)
    if amount <= 0:
        raise Refusal(_("Say how much you pay."), code="not_positive", field="amount")
    if left > 0:
        raise Refusal(
            _("%(open)s is open; %(amount)s would be too much.")
            % {
                "open": format_money(open_amount, account.currency),
                "amount": format_money(amount, account.currency),
            },
            code="more_than_open",
        )
    return Checkout.objects.create(
        provider=provider,
        account=account,
        link=link,
        amount=amount,
        currency=account.currency,
        shares=shares,
        key=key,
        asked_at=at,
        expires_at=at + LASTS,
    )


def open_checkout(checkout: Checkout, *, at: dt.datetime) -> str:
    """Ask the gateway for the page to pay on and give its address. Outside any transaction: it may take seconds.

    Asked again, the same page comes back. Refuses, with nothing charged, when the gateway can't be reached.
    """
    if checkout.url:
        return checkout.url
    if checkout.link is None:
        raise ValueError("a checkout without a link has nowhere to come back to")
    back = settings.PUBLIC_BASE_URL + reverse(
        "credit:retailer_paid", args=[token_of(checkout.link), checkout.reference]
    )
    try:
        opened = gateway(checkout.provider).open(checkout, back=back, about=_about(checkout))
    except GatewayDown as error:
        log.warning("gateway_down", provider=checkout.provider, error=str(error)[:200])
        Checkout.objects.filter(pk=checkout.pk).update(problem=str(error)[:300])
        raise Refusal(
            _("The payment page can't be opened just now. Nothing was charged; try again in a minute."),
            code="gateway_down",
        ) from error
    checkout.provider_id, checkout.url, checkout.state = opened.provider_id, opened.url, State.OPEN
    checkout.expires_at, checkout.problem = opened.expires_at or checkout.expires_at, ""
    Checkout.objects.filter(pk=checkout.pk, state=State.OPENING).update(
        provider_id=opened.provider_id,
        url=opened.url,
        state=State.OPEN,
        expires_at=checkout.expires_at,
        problem="",
    )
    return opened.url


@transaction.atomic
def store_gateway_event(provider: str, notice: Notice, body: bytes, *, at: dt.datetime) -> None:
    """Keep a checked webhook as it came, once, and have it worked on after the commit."""
    event = GatewayEvent(
        provider=provider,
        event_id=notice.event_id,
        kind=notice.kind,
        body=body.decode(errors="replace").replace("\x00", ""),
        at=at,
    )
    GatewayEvent.objects.bulk_create([event], ignore_conflicts=True)
    stored = GatewayEvent.objects.get(provider=provider, event_id=notice.event_id)
    if stored.worked_at is None:
        after_commit("credit.work_gateway_event", event_id=stored.pk)


def work_gateway_event(event_id: int, *, at: dt.datetime) -> str:
    """Do what a webhook asks for: ask the gateway how that checkout stands, and book what it has. Twice is once.

    What the event itself claims is not believed: events come late, twice and out of order; the gateway knows.
    """
    event = GatewayEvent.objects.get(pk=event_id)
    if event.worked_at is not None:
        return event.outcome
    GatewayEvent.objects.filter(pk=event_id).update(attempts=event.attempts + 1)
    notice = gateway(event.provider).parse(event.body.encode(), event.event_id)
    if notice.refunds_of:
        outcome = look_at_refunds(event.provider, notice.refunds_of, at=at)
    elif notice.dispute_id:
        outcome = look_at_dispute(event.provider, notice.dispute_id, at=at)
    else:
        checkout = _find(event.provider, notice.reference, notice.provider_id)
        outcome = "not ours" if checkout is None else look_at(checkout, at=at)
    GatewayEvent.objects.filter(pk=event_id, worked_at=None).update(worked_at=at, outcome=outcome[:200])
    return outcome


def look_at(checkout: Checkout, *, at: dt.datetime) -> str:
    """Ask the gateway how a checkout stands and book each payment it has. Raises GatewayDown; then nothing happened."""
    if not checkout.provider_id:
        return "never opened"
    standing = gateway(checkout.provider).standing(checkout)  # no transaction is open while we wait
    if standing.reference != checkout.reference:
        raise GatewayDown(f"{checkout.provider_id} is not {checkout.reference} there")
    booked = [book(checkout, paid, at=at) for paid in standing.payments]
    came = sum((p.amount for p in standing.payments if p.currency == checkout.currency), ZERO)
    state = (
        State.PAID
        if came >= checkout.amount
        else State.EXPIRED
        if standing.ended and not came
        else State.PART_PAID
        if came
        else checkout.state
    )
    Checkout.objects.filter(pk=checkout.pk).update(state=state, looked_at=at)
    return ", ".join(each.outcome for each in booked) or str(state)


@transaction.atomic
def book(checkout: Checkout, paid: Paid, *, at: dt.datetime) -> GatewayPayment:
    """Book one payment of a gateway, once, for what the retailer chose; what no invoice needs stays unallocated.

    Money that a bank line with its reference booked already is that payment.
    Another currency than the account's is not booked, and what comes after the end pays nothing by itself: both are
    told to those who record payments. Locks: credit account, then the receipt number.
    """
    account = checkout.account
    # The same payment told twice at once: the second waits here, then finds the first.
    CreditAccount.objects.select_for_update(of=("self",)).get(pk=account.pk)
    told = GatewayPayment.objects.filter(
        provider=checkout.provider, provider_payment_id=paid.payment_id
    ).first()
    if told:
        return told
    payment, outcome = None, Outcome.OTHER_CURRENCY
    if paid.currency == account.currency:
        late = checkout.state in {State.EXPIRED, State.FAILED} or at > checkout.expires_at + GRACE
        outcome = (
            Outcome.LATE
            if late
            else Outcome.BOOKED
            if paid.amount == checkout.amount
            else Outcome.OTHER_AMOUNT
        )
        payment = booked_from_bank(account.pk, paid.payment_id, paid.amount) or record_payment(
            account.customer_id,
            paid.amount,
            method=Payment.Method.GATEWAY,
            received_on=local_date(at),
            reference=f"{checkout.provider}:{paid.payment_id}",
            method_reference=paid.payment_id[:80],
            shares={} if late else _shares(checkout, paid.amount),
            by=None,
            at=at,
        )
    row = GatewayPayment.objects.create(
        provider=checkout.provider,
        provider_payment_id=paid.payment_id,
        checkout=checkout,
        amount=paid.amount,
        currency=paid.currency,
        payment=payment,
        outcome=outcome,
        at=at,
    )
    if outcome != Outcome.BOOKED:
        _tell(row, checkout, at=at)
    return row


@transaction.atomic
def settle_gateway_payment(row: GatewayPayment, *, note: str, by: Any, at: dt.datetime) -> GatewayPayment:
    """Say that a person dealt with a payment that could not simply be booked, and how. Twice keeps the first."""
    if not note.strip():
        raise Refusal(_("Say what was done about it."), code="no_note", field="note")
    GatewayPayment.objects.filter(pk=row.pk, settled_at=None).update(
        settled_at=at, settled_by=by, settled_note=note[:240]
    )
    row.refresh_from_db()
    return row


def sweep_checkouts(*, at: dt.datetime) -> int:
    """Work on webhooks whose task was lost, and ask about checkouts nobody told us of. How many were looked at."""
    left = GatewayEvent.objects.filter(worked_at=None, at__lt=at - LEFT_FOR).order_by("pk")
    for event in left[:200]:
        _quietly(work_gateway_event, event.pk, at)
    waiting = Checkout.objects.filter(
        state__in=[State.OPENING, State.OPEN, State.PART_PAID], asked_at__lt=at - dt.timedelta(minutes=5)
    ).order_by("looked_at", "pk")
    looked = 0
    for checkout in waiting.select_related("account")[:200]:
        if checkout.looked_at and at - checkout.looked_at < _pause(at - checkout.asked_at):
            continue
        looked += 1
        if checkout.provider_id:
            _quietly(look_at, checkout, at)
        if at > checkout.expires_at + GRACE or (not checkout.provider_id and at > checkout.expires_at):
            Checkout.objects.filter(
                pk=checkout.pk, state__in=[State.OPENING, State.OPEN, State.PART_PAID]
            ).update(state=State.EXPIRED, looked_at=at)
    return looked


def _pause(age: dt.timedelta) -> dt.timedelta:
    """Asked often at first, then ever more seldom."""
    return max(dt.timedelta(minutes=5), age / 4)


def _quietly(work: Any, what: Any, at: dt.datetime) -> None:
    """One that fails must not keep the others waiting; it is tried again next time."""
    try:
        work(what, at=at)
    except GatewayDown as error:
        log.warning("gateway_down", about=str(what), error=str(error)[:200])
    except Exception:
        log.exception("checkout_not_looked_at", about=str(what))


def _find(provider: str, reference: str, provider_id: str) -> Checkout | None:
    rows = Checkout.objects.select_related("account").filter(provider=provider)
    if provider_id and (found := rows.filter(provider_id=provider_id).first()):
        return found
    found = rows.filter(reference=reference).first() if reference else None
    if found and not found.provider_id and provider_id:
        # Paid before our own request for the page was answered: the answer was lost, the page was not.
        Checkout.objects.filter(pk=found.pk, provider_id="").update(provider_id=provider_id, state=State.OPEN)
        found.provider_id = provider_id
    return found


def _shares(checkout: Checkout, amount: Decimal) -> Mapping[int, Decimal]:
    """What the retailer chose, as far as it is still open and the money reaches."""
    open_now = dict(
        Invoice.objects.open()
        .filter(account=checkout.account, pk__in=[pk for pk, _share in checkout.shares])
        .values_list("pk", "outstanding")
    )
    shares: dict[int, Decimal] = {}
    for pk, wanted in checkout.shares:
        share = min(Decimal(wanted), open_now.get(pk, ZERO), amount)
        if share > 0:
            shares[pk] = share
            amount -= share
    return shares


def _about(checkout: Checkout) -> str:
    numbers = Invoice.objects.filter(pk__in=[pk for pk, _share in checkout.shares]).values_list(
        "number", flat=True
    )
    return ", ".join(numbers)[:200] or checkout.account.customer.code


TOLD = {
    Outcome.LATE: gettext_lazy(
        "%(amount)s of %(shop)s came online after its page had ended. It pays no invoice yet."
    ),
    Outcome.OTHER_AMOUNT: gettext_lazy("%(shop)s paid %(amount)s online, %(asked)s was asked for."),
    Outcome.OTHER_CURRENCY: gettext_lazy(
        "%(amount)s of %(shop)s came online in another currency. It is not booked."
    ),
}


def _tell(row: GatewayPayment, checkout: Checkout, *, at: dt.datetime) -> None:
    customer = checkout.account.customer
    words = {
        "shop": customer.name,
        "amount": format_money(row.amount, row.currency),
        "asked": format_money(checkout.amount, checkout.currency),
    }
    said = TOLD[Outcome(row.outcome)] % words
    notify(
        holders("credit.record_payment", about=checkout.account),
        "payment.online_problem",
        said,
        key=f"gateway:{row.provider}:{row.provider_payment_id}",
        url=reverse("credit:gateway_payment_list"),
        tone="warn",
        at=at,
    )
    record(
        customer.pk,
        "payment.online_problem",
        text=str(said),
        about=f"credit.gatewaypayment:{row.pk}",
        by=None,
        at=at,
    )
