"""Paying an invoice in parts: plans, what of each part is open, and what is late on which day."""

import datetime as dt
from decimal import Decimal

import pytest

from core.errors import Refusal
from credit.models import CreditAccount, InstalmentPlan, Invoice, OpenPart, PaymentTerms
from credit.operations import cancel_plan, gather, lock_account, reverse_payment
from credit.queries.parts import open_parts, plan_states
from credit.queries.standing import standing
from credit.terms import Part
from tests.books import wrong_books
from tests.factories.accounts import UserFactory
from tests.factories.credit import AccountFactory, bill, in_parts, pay, take_back

pytestmark = pytest.mark.django_db
START = dt.date(2026, 1, 1)


def at(day):
    return dt.datetime.combine(START + dt.timedelta(days=day), dt.time(12), dt.UTC)


def on(day):
    return START + dt.timedelta(days=day)


@pytest.fixture
def account():
    """Due on the day of the invoice."""
    return AccountFactory(terms=PaymentTerms.objects.create(name="At once", days=0))


def open_on(account, day):
    return [
        (p.position, (p.due_on - START).days, str(p.outstanding))
        for p in open_parts([account.pk], on=on(day))
    ]


def test_an_invoice_without_a_plan_is_one_part(account):
    bill(account.customer, total="100.00", at=at(0))
    assert open_on(account, 0) == [(0, 0, "100.00")]
    assert open_on(account, -1) == []


def test_what_is_paid_counts_against_the_oldest_part(account):
    invoice = bill(account.customer, total="200.00", at=at(0))
    in_parts(invoice, (on(30), "60"), (on(60), "100"), (on(90), "40"), at=at(0))
    pay(account.customer, "40.00", at=at(5))
    assert open_on(account, 5) == [(1, 30, "20.00"), (2, 60, "100.00"), (3, 90, "40.00")]
    take_back(Invoice.objects.get(pk=invoice.pk), at=at(6))
    assert open_on(account, 6) == []
    assert open_on(account, 5) == [(1, 30, "20.00"), (2, 60, "100.00"), (3, 90, "40.00")]


def test_a_credit_note_takes_the_oldest_parts_too(account):
    invoice = bill(account.customer, total="200.00", at=at(0))
    in_parts(invoice, (on(30), "60"), (on(60), "100"), (on(90), "40"), at=at(0))
    pay(account.customer, "140.00", at=at(5))
    assert open_on(account, 5) == [(2, 60, "20.00"), (3, 90, "40.00")]


def test_a_plan_starts_with_what_is_outstanding_and_what_comes_back_is_due_as_printed(account):
    invoice = bill(account.customer, total="100.00", at=at(0))
    payment = pay(account.customer, "40.00", at=at(1))
    plan = in_parts(Invoice.objects.get(pk=invoice.pk), (on(30), "30"), (on(60), "30"), at=at(2))
    assert list(plan.parts.values_list("position", "amount")) == [
        (0, Decimal(40)),
        (1, Decimal(30)),
        (2, Decimal(30)),
    ]
    assert open_on(account, 2) == [(1, 30, "30.00"), (2, 60, "30.00")]
    reverse_payment(payment, reason="Cheque bounced", by=UserFactory(role="Credit controller"), at=at(3))
    assert open_on(account, 3) == [(0, 0, "40.00"), (1, 30, "30.00"), (2, 60, "30.00")]


def test_each_day_knows_the_plan_that_was_in_force(account):
    invoice = bill(account.customer, total="90.00", at=at(0))
    in_parts(invoice, (on(10), "45"), (on(20), "45"), at=at(5))
    in_parts(invoice, (on(40), "30"), (on(50), "60"), at=at(15), reason="Asked for more time")
    cancel_plan(invoice, reason="Nothing came", by=None, at=at(45))
    assert open_on(account, 4) == [(0, 0, "90.00")]
    assert open_on(account, 5) == [(1, 10, "45.00"), (2, 20, "45.00")]
    assert open_on(account, 14) == [(1, 10, "45.00"), (2, 20, "45.00")]
    assert open_on(account, 15) == [(1, 40, "30.00"), (2, 50, "60.00")]
    assert open_on(account, 45) == [(0, 0, "90.00")]
    assert list(InstalmentPlan.objects.values_list("version", "source", "reason")) == [
        (0, "printed", ""),
        (1, "agreed", "Agreed"),
        (2, "agreed", "Asked for more time"),
        (3, "cancelled", "Nothing came"),
    ]
    assert wrong_books() == []


def test_the_view_says_the_same_as_the_question_for_today(account):
    first = bill(account.customer, total="100.00", at=at(0))
    bill(account.customer, total="7.00", at=at(1))
    in_parts(first, (on(30), "50"), (on(60), "50"), at=at(2))
    pay(account.customer, "60.00", at=at(3), shares={first.pk: Decimal(60)})
    view = OpenPart.objects.values_list("invoice_id", "position", "due_on", "outstanding")
    assert list(view) == [tuple(part[:4]) for part in open_parts(on=on(400))]
    assert view.count() == 2


def test_an_invoice_is_late_when_one_of_its_parts_is(account):
    whole = bill(account.customer, total="10.00", at=at(0))
    parts = bill(account.customer, total="20.00", at=at(0))
    in_parts(parts, (on(10), "10"), (on(30), "10"), at=at(0))

    def late_ones(day):
        return set(Invoice.objects.overdue(on=on(day)).values_list("pk", flat=True))

    assert [late_ones(day) for day in (0, 1, 10, 11)] == [
        set(),
        {whole.pk},
        {whole.pk},
        {whole.pk, parts.pk},
    ]
    pay(account.customer, "10.00", at=at(11), shares={parts.pk: Decimal(10)})
    assert late_ones(11) == {whole.pk}
    assert late_ones(31) == {whole.pk, parts.pk}
    invoice = Invoice.objects.get(pk=parts.pk)
    assert [(str(s.paid), str(s.outstanding), s.days_late) for s in plan_states(invoice, on=on(33))] == [
        ("10.00", "0.00", 0),
        ("0.00", "10.00", 3),
    ]


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([(30, "60"), (60, "39.99")], "parts_do_not_add_up"),
        ([(60, "50"), (30, "50")], "days_not_ascending"),
        ([(30, "50"), (30, "50")], "days_not_ascending"),
        ([(-1, "50"), (30, "50")], "strange_day"),
        ([(30, "110"), (60, "-10")], "empty_part"),
        ([], "too_many_parts"),
    ],
)
def test_a_plan_that_does_not_fit_is_refused(account, parts, code):
    invoice = bill(account.customer, total="100.00", at=at(0))
    with pytest.raises(Refusal) as refused:
        in_parts(invoice, *[(on(day), amount) for day, amount in parts], at=at(0))
    assert refused.value.code == code
    assert not InstalmentPlan.objects.exists()


def test_a_plan_is_made_once_however_often_it_is_sent(account):
    invoice = bill(account.customer, total="100.00", at=at(0))
    plans = {in_parts(invoice, (on(30), "100"), at=at(0), reference="once").pk for _ in range(2)}
    assert len(plans) == 1


def test_a_changed_plan_needs_a_reason(account):
    invoice = bill(account.customer, total="100.00", at=at(0))
    in_parts(invoice, (on(30), "100"), at=at(0), reason="")
    with pytest.raises(Refusal, match="Say why"):
        in_parts(invoice, (on(40), "100"), at=at(0), reason=" ")
    with pytest.raises(Refusal, match="Say why"):
        cancel_plan(invoice, reason=" ", by=None, at=at(0))


def test_a_plan_is_told_on_the_timeline(account):
    invoice = bill(account.customer, total="100.00", at=at(0))
    in_parts(invoice, (on(30), "40"), (on(60), "60"), at=at(0))
    text = account.customer.timeline.order_by("-pk").values_list("text", flat=True)[0]
    assert text.startswith(f"{invoice.number} is to be paid in 2 parts, the first ₹40.00 on 31 January 2026")


def test_parts_are_kept_by_the_database(account):
    invoice = bill(account.customer, total="100.00", at=at(0))
    plan = in_parts(invoice, (on(30), "100"), at=at(0))
    assert [Part(p.due_on, p.amount) for p in plan.parts.all()] == [Part(on(30), Decimal(100))]
    with pytest.raises(Exception, match="Cannot update"):
        plan.parts.update(amount=1)


def inputs(account, day, **rules):
    CreditAccount.objects.filter(pk=account.pk).update(**rules)
    return gather(lock_account(account.customer_id, on=on(day)), Decimal(1), on=on(day))


def test_the_decision_reads_lateness_from_the_parts(account):
    first = bill(account.customer, total="100.00", at=at(0))
    second = bill(account.customer, total="30.00", at=at(20))
    in_parts(first, (on(10), "40"), (on(50), "60"), at=at(0))
    given = inputs(account, 25, max_overdue_days=3)
    assert (given.overdue_days, given.oldest_late) == (15, first.number)
    assert given.late_amount == Decimal(70)
    assert inputs(account, 25, max_overdue_days=10).late_amount == Decimal(40)
    # What a payment pays first is what is longest due: the late part, the late invoice, then the rest of the first.
    pay(account.customer, "70.00", at=at(25))
    assert open_on(account, 25) == [(2, 50, "60.00")]
    assert Invoice.objects.get(pk=second.pk).is_paid
    assert inputs(account, 25, max_overdue_days=3).overdue_days == 0


def test_what_closes_an_invoice_too_many_counts_the_parts_before_it(account):
    first = bill(account.customer, total="100.00", at=at(0))
    bill(account.customer, total="30.00", at=at(20))
    in_parts(first, (on(10), "40"), (on(50), "60"), at=at(0))
    given = inputs(account, 21, max_open_invoices=2)
    assert (given.open_invoices, given.count_amount) == (2, Decimal(70))
    pay(account.customer, "70.00", at=at(21))
    assert inputs(account, 21, max_open_invoices=2).open_invoices == 1


def test_figures_and_lists_say_when_the_next_part_is_due(account, django_assert_num_queries):
    invoice = bill(account.customer, total="100.00", at=at(0))
    in_parts(invoice, (on(10), "40"), (on(50), "60"), at=at(0))
    stood = standing(CreditAccount.objects.get(pk=account.pk), on=on(12))
    assert (stood.overdue, stood.overdue_days, stood.open_invoices) == (Decimal(40), 2, 1)
    with django_assert_num_queries(1):
        (listed,) = Invoice.objects.longest_due()
        assert listed.next_due_on == on(10)
        assert listed.days_late(on(12)) == 2
    pay(account.customer, "40.00", at=at(12))
    assert Invoice.objects.get(pk=invoice.pk).next_due_on == on(50)
