"""Ageing as of any date, held against a plain model of the same history."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import Refusal
from credit.models import Invoice, PaymentTerms, ReceivableEntry
from credit.operations import apply_unallocated, cancel_plan, reverse_payment
from credit.queries.ageing import Question, ageing, checked_bounds, grouped, page, totals
from credit.queries.ageing_documents import open_invoices, unallocated_documents
from credit.terms import in_equal_parts
from tests.factories.accounts import TeamFactory, UserFactory
from tests.factories.credit import AccountFactory, bill, in_parts, pay, take_back
from tests.factories.customers import AddressFactory, CustomerFactory

pytestmark = pytest.mark.django_db
START = dt.date(2026, 1, 1)


def at(day: int) -> dt.datetime:
    return dt.datetime.combine(START + dt.timedelta(days=day), dt.time(12), dt.UTC)


def on(day: int) -> dt.date:
    return START + dt.timedelta(days=day)


@pytest.fixture
def controller():
    return UserFactory(role="Credit controller")


@pytest.fixture
def account():
    """Net 10, so that what is billed on day 0 is due on day 10."""
    return AccountFactory(terms=PaymentTerms.objects.create(name="Net 10", days=10))


def line(rows):
    (row,) = rows
    return [str(row.not_due), *map(str, row.buckets), str(row.unallocated), str(row.balance)]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (10, ["100.00", "0", "0", "0", "0"]),
        (11, ["0", "100.00", "0", "0", "0"]),
        (40, ["0", "100.00", "0", "0", "0"]),
        (41, ["0", "0", "100.00", "0", "0"]),
        (70, ["0", "0", "100.00", "0", "0"]),
        (71, ["0", "0", "0", "100.00", "0"]),
        (100, ["0", "0", "0", "100.00", "0"]),
        (101, ["0", "0", "0", "0", "100.00"]),
    ],
)
def test_an_invoice_moves_through_the_buckets_by_its_due_date(account, controller, day, expected):
    bill(account.customer, at=at(0))
    assert line(ageing(on=on(day), user=controller)) == [*expected, "0.00", "100.00"]


@pytest.mark.parametrize(("day", "bucket"), [(0, 0), (30, 0), (31, 1), (60, 1), (61, 2), (91, 3)])
def test_by_invoice_date_nothing_stands_apart(account, controller, day, bucket):
    bill(account.customer, at=at(0))
    (row,) = ageing(on=on(day), by="issued", user=controller)
    assert row.not_due == 0
    assert [i for i, amount in enumerate(row.buckets) if amount] == [bucket]


def test_own_buckets(account, controller):
    bill(account.customer, at=at(0))
    (row,) = ageing(on=on(20), buckets=[7, 14], user=controller)
    assert row.buckets == (Decimal(0), Decimal("100.00"), Decimal(0))


@pytest.mark.parametrize("bad", [[], [0], [30, 30], [60, 30], [1, 2, 3, 4, 5, 6]])
def test_buckets_that_make_no_sense_are_refused(bad):
    with pytest.raises(Refusal, match="ascending"):
        checked_bounds(bad)


def test_a_day_in_the_past_knows_nothing_of_what_came_later(account, controller):
    bill(account.customer, total="100.00", at=at(0))
    pay(account.customer, "30.00", at=at(5))
    payment = pay(account.customer, "90.00", at=at(20))
    reverse_payment(payment, reason="Cheque bounced", by=controller, at=at(25))
    expected = {
        0: ["100.00", "0", "0", "0", "0", "0.00", "100.00"],
        5: ["70.00", "0", "0", "0", "0", "0.00", "70.00"],
        19: ["0", "70.00", "0", "0", "0", "0.00", "70.00"],
        20: ["0", "0.00", "0", "0", "0", "20.00", "-20.00"],
        25: ["0", "70.00", "0", "0", "0", "0.00", "70.00"],
    }
    for day, figures in expected.items():
        assert line(ageing(on=on(day), user=controller)) == figures, day


def test_money_received_on_an_earlier_day_counts_from_that_day(account, controller):
    bill(account.customer, total="100.00", at=at(0))
    pay(account.customer, "40.00", at=at(9), received_on=on(3))
    (then,) = ageing(on=on(3), user=controller)
    # The money is there, its use is not yet.
    assert (then.not_due, then.unallocated, then.balance) == (Decimal(100), Decimal(40), Decimal(60))
    (now,) = ageing(on=on(9), user=controller)
    assert (now.not_due, now.unallocated, now.balance) == (Decimal(60), Decimal(0), Decimal(60))


def test_a_customer_who_owes_nothing_is_left_out(account, controller):
    bill(account.customer, total="100.00", at=at(0))
    pay(account.customer, "100.00", at=at(1))
    assert ageing(on=on(1), user=controller) == []
    assert len(ageing(on=on(0), user=controller)) == 1
    assert ageing(on=on(-1), user=controller) == []


def test_each_person_sees_the_receivables_of_their_own_customers(controller):
    team = TeamFactory()
    seller = UserFactory(role="Sales representative", team=team)
    mate = UserFactory(role="Sales representative", team=team)
    manager = UserFactory(role="Sales manager", team=team)
    own, mates, other = (CustomerFactory(representative=r) for r in (seller, mate, None))
    for customer in (own, mates, other):
        AccountFactory(customer=customer)
        bill(customer, at=at(0))
    seen = {
        who: {row.customer_id for row in ageing(on=on(0), user=who)} for who in (seller, manager, controller)
    }
    assert seen == {seller: {own.pk}, manager: {own.pk, mates.pk}, controller: {own.pk, mates.pk, other.pk}}
    assert [r.customer_id for r in ageing(on=on(0), user=seller, customers=[own.pk, other.pk])] == [own.pk]


def test_totals_never_add_two_currencies(controller):
    for currency, total in (("INR", "100.00"), ("INR", "50.00"), ("USD", "7.00")):
        bill(AccountFactory(currency=currency).customer, total=total, at=at(0))
    rows = ageing(on=on(0), user=controller)
    assert [(t.currency, t.customers, t.balance) for t in totals(rows)] == [
        ("INR", 2, Decimal(150)),
        ("USD", 1, Decimal(7)),
    ]


def test_the_most_overdue_stand_first(controller):
    terms = PaymentTerms.objects.create(name="Net 10", days=10)
    small, large, fresh = (AccountFactory(terms=terms).customer for _ in range(3))
    bill(small, total="10.00", at=at(0))
    bill(large, total="90.00", at=at(0))
    bill(fresh, total="500.00", at=at(15))
    assert [r.customer_id for r in ageing(on=on(15), user=controller)] == [large.pk, small.pk, fresh.pk]


def test_ageing_is_one_query_however_many_customers(controller, django_assert_num_queries):
    for _ in range(3):
        bill(AccountFactory().customer, at=at(0))
    _ = controller.sees
    with django_assert_num_queries(1):
        ageing(on=on(0), user=controller)


def test_a_page_of_lines_has_the_sums_of_all_and_leads_to_the_next(controller, django_assert_num_queries):
    terms = PaymentTerms.objects.create(name="Net 10", days=10)
    for amount in (10, 30, 20, 30, 5):
        bill(AccountFactory(terms=terms).customer, total=f"{amount}.00", at=at(0))
    question = Question(on(15), controller)
    _ = controller.sees
    with django_assert_num_queries(1):
        first = page(question, most=2)
    second = page(question, after=first.next, most=2)
    third = page(question, after=second.next, most=2)
    assert [[str(row.overdue) for row in part.rows] for part in (first, second, third)] == [
        ["30.00", "30.00"],
        ["20.00", "10.00"],
        ["5.00"],
    ]
    assert third.next == ""
    assert first.totals == second.totals == third.totals == totals(ageing(on=on(15), user=controller))
    assert page(question, after="nonsense", most=2) == first


def test_groups_add_up_to_the_same_and_lead_to_their_lines(controller):
    seller = UserFactory(role="Sales representative", team=TeamFactory())
    for representative, city, amount in ((seller, "Pune", 10), (seller, "Delhi", 20), (None, "Pune", 40)):
        customer = CustomerFactory(representative=representative)
        AddressFactory(customer=customer, city=city, kind="billing", is_default=True)
        bill(AccountFactory(customer=customer).customer, total=f"{amount}.00", at=at(0))
    homeless = AccountFactory(customer=CustomerFactory(representative=None)).customer
    bill(homeless, total="80.00", at=at(0))
    question = Question(on(0), controller)

    def said(group):
        return {row.name: (row.customers, row.balance) for row in grouped(question, group)}

    assert said("representative") == {seller.name: (2, Decimal(30)), "": (2, Decimal(120))}
    assert said("city") == {"Pune": (2, Decimal(50)), "Delhi": (1, Decimal(20)), "": (1, Decimal(80))}
    for some, balance in (
        ({"city": "Pune"}, 50),
        ({"city": ""}, 80),
        ({"representative": seller.pk}, 30),
        ({"representative": 0}, 120),
    ):
        found = page(Question(on(0), controller, **some))
        assert [total.balance for total in found.totals] == [balance], some


def test_parts_age_each_by_its_own_day(controller, account):
    invoice = bill(account.customer, total="200.00", at=at(0))
    in_parts(invoice, (on(30), "60"), (on(60), "100"), (on(90), "40"), at=at(0))
    pay(account.customer, "40.00", at=at(5))
    assert line(ageing(on=on(70), user=controller)) == [
        "40.00",
        "100.00",
        "20.00",
        "0",
        "0",
        "0.00",
        "160.00",
    ]
    take_back(Invoice.objects.get(pk=invoice.pk), at=at(71))
    assert line(ageing(on=on(71), user=controller)) == ["0", "0", "0", "0", "0", "40.00", "-40.00"]
    assert line(ageing(on=on(70), user=controller)) == [
        "40.00",
        "100.00",
        "20.00",
        "0",
        "0",
        "0.00",
        "160.00",
    ]


def test_a_cent_is_owed_like_any_other_amount(controller, account):
    bill(account.customer, total="100.00", at=at(0))
    pay(account.customer, "99.99", at=at(1))
    assert line(ageing(on=on(1), user=controller))[0] == "0.01"


steps = st.lists(
    st.tuples(
        st.sampled_from(["bill", "pay", "pay_early", "reverse", "return", "apply", "plan", "cancel"]),
        st.integers(0, 1),
        st.integers(1, 60),
        st.integers(1, 30_000),
    ),
    max_size=8,
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=steps, data=st.data())
def test_any_history_on_any_day_adds_up(controller, transactional_free_accounts, steps, data):
    accounts = transactional_free_accounts()
    day = 0
    made: dict[int, list] = {0: [], 1: []}
    for verb, who, pause, cents in steps:
        day += pause
        _do(verb, accounts[who], made[who], day, Decimal(cents) / 100, controller)
    asked = data.draw(st.integers(-1, day + 40))
    basis = data.draw(st.sampled_from(["due", "issued"]))
    rows = {
        row.account_id: row
        for row in ageing(
            on=on(asked), by=basis, user=controller, customers=[a.customer_id for a in accounts]
        )
    }
    for account in accounts:
        row = rows.get(account.pk)
        figures = (row.not_due, *row.buckets, row.unallocated) if row else (0,) * 6
        assert figures == _by_hand(account, on(asked), basis)
        entries = ReceivableEntry.objects.filter(account=account, posted_on__lte=on(asked))
        assert (row.balance if row else 0) == sum(e.amount for e in entries)
        _drill_down_adds_up(account, row, on(asked), basis)


@pytest.fixture
def transactional_free_accounts():
    """Two fresh accounts for each example: the examples of one test share its transaction."""
    terms = PaymentTerms.objects.create(name="Net 10", days=10)
    return lambda: [AccountFactory(terms=terms) for _ in range(2)]


def _do(verb, account, payments, day, amount, by):
    if verb == "bill":
        bill(account.customer, total=str(amount), at=at(day))
    elif verb in {"pay", "pay_early"}:
        early = 7 if verb == "pay_early" else 0
        payments.append(pay(account.customer, str(amount), at=at(day), received_on=on(day - early)))
    elif verb == "reverse" and payments:
        reverse_payment(payments.pop(), reason="Wrong customer", by=by, at=at(day))
    elif verb == "return":
        if invoice := Invoice.objects.filter(account=account, credit_notes=None).first():
            take_back(invoice, at=at(day))
    elif verb == "apply":
        apply_unallocated(account.pk, by=by, at=at(day))
    elif verb == "plan":
        _plan(Invoice.objects.filter(account=account, outstanding__gte=Decimal("0.03")).first(), day)
    elif verb == "cancel":
        agreed = Invoice.objects.filter(account=account, plans__until_on=None, plans__source="agreed")
        if invoice := agreed.first():
            cancel_plan(invoice, reason="Nothing came", by=by, at=at(day))


def _plan(invoice, day):
    if invoice:
        parts = in_equal_parts(invoice.outstanding, 3, on(day + 5), every=3, unit="week")
        in_parts(invoice, *[(part.due_on, str(part.amount)) for part in parts], at=at(day))


def _by_hand(account, day, basis):
    """not due, four buckets and unallocated, counted document by document."""
    figures = [Decimal(0)] * 5
    for invoice in account.invoices.filter(issued_on__lte=day):
        paid = sum(a.amount for a in invoice.allocations.all() if a.allocated_on <= day)
        for due, left in _parts_by_hand(invoice, paid, day):
            age = (day - (due if basis == "due" else invoice.issued_on)).days
            late = age > 0 if basis == "due" else True
            figures[(1 + sum(age > bound for bound in (30, 60, 90))) if late else 0] += left
    spare = Decimal(0)
    for payment in account.payments.filter(received_on__lte=day):
        spare += payment.amount - sum(a.amount for a in payment.allocations.all() if a.allocated_on <= day)
    for note in account.credit_notes.filter(issued_on__lte=day):
        spare += note.total - sum(a.amount for a in note.allocations.all() if a.allocated_on <= day)
    return (*figures, spare)


def _parts_by_hand(invoice, paid, day):
    """What is open of each part of the plan that was in force: paid from the first on."""
    plan = invoice.plans.filter(from_on__lte=day).order_by("version").last()
    if plan is None:
        return [(invoice.due_on, invoice.total - paid)]
    rows = []
    for part in plan.parts.order_by("position"):
        used = min(paid, part.amount)
        paid -= used
        rows.append((part.due_on, part.amount - used))
    return rows


def _drill_down_adds_up(account, row, day, basis):
    invoices = open_invoices(account, on=day, by=basis, buckets=[30, 60, 90])
    for bucket, amount in enumerate((row.not_due, *row.buckets) if row else (0,) * 5):
        assert sum(i.open for i in invoices if i.bucket == bucket) == amount
    assert sum(s.unallocated for s in unallocated_documents(account, on=day)) == (
        row.unallocated if row else 0
    )
