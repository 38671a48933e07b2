"""Random histories of what is owed: every kind of document and money, in any order, some of it dated back.

After every step the figures are held against what the documents say, on the day and on a day before. `HISTORIES=500`
in the environment tries so many of them instead of a few.
"""

from __future__ import annotations

import datetime as dt
import itertools
import os
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F, Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from core.dates import local_date
from core.errors import Refusal
from credit import operations
from credit.models import (
    Allocation,
    BankAccount,
    Cheque,
    CreditAccount,
    CreditDecision,
    Invoice,
    Payment,
    ReceivableEntry,
    Refund,
    WriteOff,
)
from credit.queries.ageing import age_of_account
from credit.rules import CreditInputs, judge
from credit.terms import Part
from customers.models import Customer
from tests.books import wrong_books
from tests.factories.accounts import UserFactory
from tests.factories.credit import bill, billed, charge
from tests.factories.orders import customer_with_credit

START = dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
NOTHING = Decimal(0)
SHOPS = {"rupees": ("2000", "INR"), "dollars": ("900", "USD")}
amounts = st.integers(1, 90_000).map(lambda cents: Decimal(cents) / 100)
shops = st.sampled_from(sorted(SHOPS))
some = st.integers(0, 50)
"""Which of the things there are: counted round."""


class CreditHistory(RuleBasedStateMachine):
    """Two shops with different currencies. The clock only goes on; what is recorded may lie before it."""

    def __init__(self) -> None:
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        self.clerk, self.boss = UserFactory(role="Accountant"), UserFactory(is_superuser=True)
        self.now, self.count = START, itertools.count()
        self.customers: dict[str, Customer] = {
            shop: customer_with_credit(limit, currency=currency) for shop, (limit, currency) in SHOPS.items()
        }
        CreditAccount.objects.update(max_overdue_days=20, max_open_invoices=8)
        self.bank = BankAccount.objects.create(name="Main", bank="HDFC")
        self.owed = dict.fromkeys(SHOPS, NOTHING)

    def teardown(self) -> None:
        try:
            for account in self.accounts().values():
                for days in range(-45, (self.now - START).days + 2, 3):
                    self.adds_up(account, local_date(START + days * DAY))
            assert wrong_books() == []
        finally:
            transaction.set_rollback(True)
            self.example.__exit__(None, None, None)

    # --- helpers -----------------------------------------------------------------------------------------------

    def told(self, **more: Any) -> dict[str, Any]:
        return {"by": self.clerk, "at": self.now} | more

    def name(self) -> str:
        return f"history:{next(self.count)}"

    def does(self, shop: str, amount: Decimal, write: Callable[[], Any]) -> Any:
        """Write, and remember by how much the shop then owes more. A refusal must leave nothing behind."""
        before = ReceivableEntry.objects.count(), Allocation.objects.count()
        try:
            with transaction.atomic():
                written = write()
        except Refusal:
            assert (ReceivableEntry.objects.count(), Allocation.objects.count()) == before
            return None
        self.owed[shop] += amount
        return written

    def one(self, rows: Any, shop: str, which: int) -> Any:
        """One of the rows of this shop, None when there are none."""
        found = list(rows.filter(account__customer=self.customers[shop]).order_by("pk"))
        return found[which % len(found)] if found else None

    def open_invoice(self, shop: str, which: int) -> Invoice | None:
        return self.one(Invoice.objects.filter(outstanding__gt=0), shop, which)

    def accounts(self) -> dict[str, CreditAccount]:
        return {shop: CreditAccount.objects.get(customer=self.customers[shop]) for shop in SHOPS}

    # --- what happens ------------------------------------------------------------------------------------------

    @initialize(days=st.integers(0, 40))
    def a_beginning(self, days: int) -> None:
        """Each verb finds something to work on: bills, money kept, a cheque at the bank, a refund on its way."""
        for shop in SHOPS:
            self.invoice(shop, Decimal("120.55"), 3)
            self.charge(shop, Decimal("75.25"), fee=True, which=0)
            self.pay(shop, Decimal("90.10"), back=5, which=0, way="k")
            self.refund(shop, 0, Decimal("20.05"))
            self.cheque(shop, Decimal("110.20"), ahead=-1)
            self.deposit(shop, 0)
        self.now += days * DAY

    @rule(days=st.integers(1, 25))
    def time_passes(self, days: int) -> None:
        self.now += days * DAY

    @rule(shop=shops, price=amounts, pieces=st.integers(1, 4))
    def invoice(self, shop: str, price: Decimal, pieces: int) -> None:
        issued = bill(self.customers[shop], billed(str(price), pieces), at=self.now, by=self.clerk)
        self.owed[shop] += price * pieces
        assert issued.total == price * pieces

    @rule(shop=shops, amount=amounts, fee=st.booleans(), which=some)
    def charge(self, shop: str, amount: Decimal, fee: bool, which: int) -> None:
        about = self.one(Invoice.objects.filter(kind="invoice"), shop, which)
        kind = {"kind": "late_fee"} if fee and about else {}
        self.does(
            shop,
            amount,
            lambda: charge(
                self.customers[shop], str(amount), about=about, reference=self.name(), **kind, **self.told()
            ),
        )

    @rule(shop=shops, amount=amounts, back=st.integers(0, 30), which=some, way=st.sampled_from("okc"))
    def pay(self, shop: str, amount: Decimal, back: int, which: int, way: str) -> None:
        """The oldest first, kept unallocated, or one chosen invoice; received today or weeks ago."""
        invoice = self.open_invoice(shop, which)
        chosen = {invoice.pk: min(amount, invoice.outstanding)} if invoice else {}
        self.does(
            shop,
            -amount,
            lambda: operations.record_payment(
                self.customers[shop].pk,
                amount,
                method="cash",
                received_on=local_date(self.now - back * DAY),
                reference=self.name(),
                shares={"o": None, "k": {}, "c": chosen}[way],
                **self.told(),
            ),
        )

    @rule(shop=shops, which=some)
    def reverse(self, shop: str, which: int) -> None:
        live = Payment.objects.filter(amount__gt=0, reversed_by=None)
        if payment := self.one(live, shop, which):
            self.does(
                shop,
                payment.amount,
                lambda: operations.reverse_payment(payment, reason="mistake", **self.told()),
            )

    @rule(shop=shops, which=some, pieces=st.integers(0, 3), settle=st.booleans())
    def credit_note(self, shop: str, which: int, pieces: int, settle: bool) -> None:
        """Some pieces, or all that is left; paid or not."""
        if not (invoice := self.one(Invoice.objects, shop, which)):
            return
        line = invoice.lines.get()
        left = line.quantity - sum(taken.quantity for taken in line.credited.all())
        pieces = min(pieces, left) or left
        self.does(
            shop,
            -line.unit_price * pieces,
            lambda: operations.issue_credit_note(
                invoice,
                quantities={line.pk: pieces},
                reason="returned",
                reference=self.name(),
                settle=settle,
                **self.told(),
            ),
        )

    @rule(shop=shops, which=some, part=st.sampled_from([None, "0.5"]))
    def write_off(self, shop: str, which: int, part: str | None) -> None:
        if invoice := self.open_invoice(shop, which):
            amount = (invoice.outstanding * Decimal(part or 1)).quantize(Decimal("0.01"))
            asked = self.does(
                shop,
                NOTHING,
                lambda: operations.request_write_off(
                    self.customers[shop].pk,
                    {invoice.pk: amount},
                    reason="gone",
                    reference=self.name(),
                    **self.told(),
                ),
            )
            if asked:
                self.does(
                    shop, -amount, lambda: operations.approve_write_off(asked, **self.told(by=self.boss))
                )

    @rule(shop=shops, which=some)
    def recover(self, shop: str, which: int) -> None:
        live = WriteOff.objects.filter(state="approved", amount__gt=0, reversed_by=None)
        if found := self.one(live, shop, which):
            self.does(
                shop,
                found.amount,
                lambda: operations.recover_write_off(found, reason="came back", **self.told()),
            )

    @rule(shop=shops, which=some, amount=amounts)
    def refund(self, shop: str, which: int, amount: Decimal) -> None:
        if not (payment := self.one(Payment.objects.filter(unallocated_amount__gt=0), shop, which)):
            return
        amount = min(amount, payment.unallocated_amount)
        asked = self.does(
            shop,
            NOTHING,
            lambda: operations.request_refund(
                payment, amount, method="bank", reason="too much", reference=self.name(), **self.told()
            ),
        )
        if asked:
            self.does(shop, amount, lambda: operations.approve_refund(asked, **self.told(by=self.boss)))

    @rule(shop=shops, which=some)
    def refund_comes_back(self, shop: str, which: int) -> None:
        if found := self.one(Refund.objects.filter(state="approved"), shop, which):
            self.does(
                shop, -found.amount, lambda: operations.return_refund(found, reason="closed", **self.told())
            )

    @rule(shop=shops, amount=amounts, ahead=st.integers(-20, 10))
    def cheque(self, shop: str, amount: Decimal, ahead: int) -> None:
        self.does(
            shop,
            NOTHING,
            lambda: operations.take_cheque(
                self.customers[shop].pk,
                amount,
                number=f"{next(self.count):06}",
                bank="SBI",
                dated_on=local_date(self.now + ahead * DAY),
                reference=self.name(),
                **self.told(),
            ),
        )

    @rule(shop=shops, which=some)
    def deposit(self, shop: str, which: int) -> None:
        if found := self.one(Cheque.objects.filter(state__in=["in_hand", "bounced"]), shop, which):
            self.does(
                shop,
                -found.amount,
                lambda: operations.deposit_cheques(
                    [found.pk],
                    bank_account=self.bank,
                    on=local_date(self.now),
                    reference=self.name(),
                    **self.told(),
                ),
            )

    @rule(shop=shops, which=some, end=st.sampled_from(["clear", "bounce", "back"]))
    def cheque_ends(self, shop: str, which: int, end: str) -> None:
        if not (found := self.one(Cheque.objects.filter(state="deposited"), shop, which)):
            return
        on: dict[str, Any] = {"on": local_date(self.now)}
        amount, write = {
            "clear": (NOTHING, lambda: operations.clear_cheque(found, **on, **self.told())),
            "bounce": (
                found.amount + 50,
                lambda: operations.bounce_cheque(
                    found, reason="no funds", fee=Decimal(50), **on, **self.told()
                ),
            ),
            "back": (
                found.amount,
                lambda: operations.take_back_cheque(found, reason="wrong slip", **self.told()),
            ),
        }[end]
        self.does(shop, amount, write)

    @rule(shop=shops, which=some, other=some, amount=amounts)
    def reallocate(self, shop: str, which: int, other: int, amount: Decimal) -> None:
        """What a payment pays is put on another invoice, perhaps less of it."""
        payment = self.one(Payment.objects.filter(amount__gt=0, reversed_by=None), shop, which)
        invoice = self.one(Invoice.objects, shop, other)
        if payment and invoice:
            share = min(amount, payment.amount, invoice.total)
            self.does(
                shop,
                NOTHING,
                lambda: operations.share_out(payment, {invoice.pk: share}, reason="told so", **self.told()),
            )

    @rule(shop=shops)
    def use_what_is_left(self, shop: str) -> None:
        account = operations.lock_account(self.customers[shop].pk, on=local_date(self.now))
        self.does(shop, NOTHING, lambda: operations.apply_unallocated(account.pk, **self.told()))

    @rule(shop=shops, which=some, gap=st.integers(1, 30))
    def agree_plan(self, shop: str, which: int, gap: int) -> None:
        if invoice := self.open_invoice(shop, which):
            half = (invoice.outstanding / 2).quantize(Decimal("0.01"))
            days = [local_date(self.now + gap * DAY), local_date(self.now + 2 * gap * DAY)]
            parts = [Part(days[0], half), Part(days[1], invoice.outstanding - half)]
            self.does(
                shop,
                NOTHING,
                lambda: operations.agree_plan(
                    invoice, parts, reference=self.name(), reason="asked", **self.told()
                ),
            )

    @rule(shop=shops, which=some)
    def cancel_plan(self, shop: str, which: int) -> None:
        if invoice := self.open_invoice(shop, which):
            self.does(
                shop, NOTHING, lambda: operations.cancel_plan(invoice, reason="not kept", **self.told())
            )

    @rule(shop=shops, amount=amounts)
    def decide(self, shop: str, amount: Decimal) -> None:
        account = operations.lock_account(self.customers[shop].pk, on=local_date(self.now))
        operations.decide(account, amount, reference=self.name(), **self.told())

    # --- what must hold ----------------------------------------------------------------------------------------

    @invariant()
    def balances_are_what_happened(self) -> None:
        for shop, account in self.accounts().items():
            assert account.balance == self.owed[shop], shop
            deposited = Cheque.objects.filter(account=account, state="deposited")
            assert account.uncleared == (deposited.aggregate(sum=Sum("amount"))["sum"] or NOTHING)
            self.adds_up(account, local_date(self.now))

    def adds_up(self, account: CreditAccount, on: dt.date) -> None:
        """Σ buckets − unallocated = Σ of the ledger up to that day, and nothing of it is below zero."""
        entries = ReceivableEntry.objects.filter(account=account, posted_on__lte=on)
        owed = entries.aggregate(sum=Sum("amount"))["sum"] or NOTHING
        line = age_of_account(account, on=on)
        if line is None:
            assert owed == 0, (account, on)
            return
        assert line.balance == owed, (account, on)
        assert min(line.not_due, *line.buckets, line.unallocated) >= 0, (account, on, line)

    @invariant()
    def nothing_is_paid_with_what_is_not_there(self) -> None:
        for invoice in Invoice.objects.all():
            given = invoice.allocations.aggregate(sum=Sum("amount"))["sum"] or NOTHING
            assert 0 <= given <= invoice.total
            assert invoice.outstanding == invoice.total - given
            assert (invoice.outstanding == 0) == (not Invoice.objects.open().filter(pk=invoice.pk).exists())
        strange = Allocation.objects.exclude(payment=None).exclude(payment__currency=F("invoice__currency"))
        assert not strange.exists()
        for payment in Payment.objects.filter(amount__gt=0):
            given = payment.allocations.aggregate(sum=Sum("amount"))["sum"] or NOTHING
            assert 0 <= given <= payment.amount
            assert 0 <= payment.unallocated_amount <= payment.amount - given

    @invariant()
    def every_decision_can_be_made_again_from_what_it_kept(self) -> None:
        for decision in CreditDecision.objects.all():
            again = judge(CreditInputs.from_json(decision.inputs))
            assert again.approved == (decision.verdict == "approved")
            assert (list(again.reasons), again.to_release or 0) == (decision.reasons, decision.to_release)


@pytest.mark.slow
@pytest.mark.django_db
def test_any_history_of_documents_and_money_keeps_the_books():
    run_state_machine_as_test(
        CreditHistory,
        settings=settings(
            max_examples=int(os.environ.get("HISTORIES", "8")),
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
