"""Paying online through both gateways, by their own SDKs against a server that speaks their protocols."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from core.errors import Refusal
from credit import operations
from credit.gateways import Bad, GatewayDown, gateway
from credit.models import Checkout, CreditAccount, GatewayEvent, GatewayPayment, Invoice, Payment
from credit.operations.links import make_link
from tests.factories.accounts import UserFactory
from tests.factories.credit import bill
from tests.factories.orders import customer_with_credit
from tests.racing import race

BOTH = pytest.mark.parametrize("provider", ["stripe", "razorpay"])


def link_of(*amounts, customer=None):
    """A link to an account that owes these invoices, the first the oldest."""
    shop = customer or customer_with_credit("100000")
    invoices = [bill(shop, total=amount) for amount in amounts]
    account = CreditAccount.objects.get(customer=shop)
    return make_link(account, at=timezone.now()).link, invoices


def begin(link, amount, provider, invoices=(), key="form-1"):
    checkout = operations.start_checkout(
        link, Decimal(amount), provider=provider, invoices=list(invoices), key=key, at=timezone.now()
    )
    operations.open_checkout(checkout, at=timezone.now())
    checkout.refresh_from_db()
    return checkout


def arrive(client, hook, **changed):
    headers = hook.headers | changed
    return client.post(
        f"/webhooks/{hook.provider}/",
        hook.body,
        content_type="application/json",
        headers={k: v for k, v in headers.items() if k != "Content-Type"},
    )


def work_all():
    """Work on what arrived, as the worker does."""
    for event in GatewayEvent.objects.filter(worked_at=None).order_by("pk"):
        operations.work_gateway_event(event.pk, at=timezone.now())


@BOTH
@pytest.mark.django_db
def test_a_payment_on_the_gateways_page_pays_the_chosen_invoices(pay, client, provider):
    link, (_older, newer) = link_of("1000", "250.50")
    checkout = begin(link, "250.50", provider, [newer.number])
    assert checkout.url.startswith(pay.url)
    assert arrive(client, pay.pay(pay.pages[0])).status_code == 200
    work_all()
    payment = Payment.objects.get()
    assert (payment.amount, payment.unallocated_amount, payment.method) == (
        Decimal("250.50"),
        Decimal(0),
        "gateway",
    )
    assert payment.allocations.get().invoice == newer
    checkout.refresh_from_db()
    assert checkout.state == "paid"
    assert GatewayPayment.objects.get().outcome == "booked"


@BOTH
@pytest.mark.django_db
def test_a_webhook_that_comes_again_and_a_second_event_of_the_same_fact_book_once(pay, client, provider):
    link, _invoices = link_of("1000")
    begin(link, "1000", provider)
    hook = pay.pay(pay.pages[0])
    again = pay.tell(
        pay.pages[0],
        {"stripe": "checkout.session.async_payment_succeeded", "razorpay": "payment_link.paid"}[provider],
    )
    for each in (again, hook, hook):
        assert arrive(client, each).status_code == 200
        work_all()
    assert Payment.objects.count() == 1
    assert GatewayEvent.objects.count() == 2


@BOTH
@pytest.mark.django_db(transaction=True)
def test_four_workers_with_the_same_news_book_once(pay, provider):
    link, _invoices = link_of("1000")
    checkout = begin(link, "1000", provider)
    pay.pay(pay.pages[0])
    race([lambda: operations.look_at(Checkout.objects.get(pk=checkout.pk), at=timezone.now())] * 4)
    assert Payment.objects.count() == 1
    assert CreditAccount.objects.get().balance == 0


@BOTH
@pytest.mark.django_db
def test_a_made_up_or_altered_webhook_is_refused_and_not_kept(pay, client, provider):
    link, _invoices = link_of("1000")
    begin(link, "1000", provider)
    hook = pay.pay(pay.pages[0])
    assert arrive(client, hook._replace(body=hook.body + b" ")).status_code == 400
    assert arrive(client, hook._replace(headers={})).status_code == 400
    assert not GatewayEvent.objects.exists()


@pytest.mark.django_db
def test_the_old_secret_still_counts_while_it_is_changed(pay, client):
    link, _invoices = link_of("1000", "1000")
    for provider, secret in (("stripe", "whsec_old"), ("razorpay", "hook_old")):
        begin(link, "1000", provider, key=provider)
        pay.stripe_secret, pay.razorpay_secret = secret, secret
        assert arrive(client, pay.pay(pay.pages[-1])).status_code == 200
    work_all()
    assert Payment.objects.count() == 2


@pytest.mark.django_db
def test_a_stripe_signature_that_is_too_old_or_of_the_future_is_refused(pay, settings):
    from credit.sandbox import stripe_api

    now = int(timezone.now().timestamp())
    body = b'{"id": "evt_1", "type": "x", "data": {"object": {}}}'
    for moment in (now - 301, now + 400):
        with pytest.raises(Bad):
            gateway("stripe").read(body, stripe_api.signed(body, "whsec_new", moment))
    assert gateway("stripe").read(body, stripe_api.signed(body, "whsec_new", now - 200)).event_id == "evt_1"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'"x"',
        b'{"id": 1}',
        b'{"event": "payment_link.paid"}',
        b'{"object": "v2.core.event"}',
    ],
)
@BOTH
@pytest.mark.django_db
def test_a_signed_webhook_that_is_no_event_is_answered_and_not_kept(pay, client, provider, body):
    from credit.sandbox import razorpay_api, stripe_api

    signed = (
        stripe_api.signed(body, "whsec_new")
        if provider == "stripe"
        else razorpay_api.signed(body, "hook_new")
    )
    from credit.sandbox.server import Webhook

    assert arrive(client, Webhook(provider, body, signed)).status_code == 400
    assert not GatewayEvent.objects.exists()


@pytest.mark.django_db
def test_a_gateway_that_is_down_charges_nothing_and_the_same_form_goes_on_later(pay):
    link, _invoices = link_of("1000")
    pay.fail = ["down"] * 3
    with pytest.raises(Refusal, match="Nothing was charged"):
        begin(link, "1000", "stripe")
    checkout = begin(link, "1000", "stripe")
    assert checkout.state == "open"
    assert len(pay.pages) == 1


@BOTH
@pytest.mark.django_db
def test_an_answer_that_was_lost_makes_no_second_page(pay, provider):
    link, _invoices = link_of("1000")
    pay.fail = ["lost"]
    try:
        begin(link, "1000", provider)
    except Refusal:
        begin(link, "1000", provider)
    assert len(pay.pages) == 1
    assert Checkout.objects.get().provider_id == pay.pages[0].id


@pytest.mark.django_db
def test_paid_on_a_page_whose_answer_was_lost_is_found_by_our_own_name(pay, client):
    link, _invoices = link_of("1000")
    checkout = operations.start_checkout(
        link, Decimal("1000"), provider="razorpay", invoices=[], key="k", at=timezone.now()
    )
    pay.fail = ["lost"]
    with pytest.raises(Refusal):
        operations.open_checkout(checkout, at=timezone.now())
    arrive(client, pay.pay(pay.pages[0]))
    work_all()
    assert Payment.objects.get().amount == 1000


@pytest.mark.django_db
def test_parts_are_booked_each_once_and_pay_the_oldest_first(pay, client):
    link, (older, newer) = link_of("600", "400")
    begin(link, "1000", "razorpay")
    for part in (35_000, 65_000):
        arrive(client, pay.pay(pay.pages[0], part))
        work_all()
    assert list(Payment.objects.order_by("pk").values_list("amount", flat=True)) == [350, 650]
    assert Invoice.objects.open().count() == 0
    assert Checkout.objects.get().state == "paid"
    assert older.allocations.count() == 2
    assert newer.allocations.count() == 1


@BOTH
@pytest.mark.django_db
def test_more_than_was_asked_for_stays_as_unallocated_money_and_somebody_is_told(pay, client, provider):
    link, _invoices = link_of("1000")
    begin(link, "1000", provider)
    arrive(client, pay.pay(pay.pages[0], 120_000))
    work_all()
    payment = Payment.objects.get()
    assert (payment.amount, payment.unallocated_amount) == (Decimal(1200), Decimal(200))
    assert GatewayPayment.objects.get().outcome == "other_amount"


@BOTH
@pytest.mark.django_db
def test_another_currency_is_never_booked_as_ours(pay, client, provider):
    link, _invoices = link_of("1000")
    begin(link, "1000", provider)
    arrive(client, pay.pay(pay.pages[0], currency="USD"))
    work_all()
    assert not Payment.objects.exists()
    assert GatewayPayment.objects.get().outcome == "other_currency"


@pytest.mark.django_db
def test_money_after_the_end_is_kept_pays_nothing_by_itself_and_is_told(pay, client):
    link, _invoices = link_of("1000")
    begin(link, "1000", "razorpay")
    arrive(client, pay.expire(pay.pages[0]))
    work_all()
    assert Checkout.objects.get().state == "expired"
    arrive(client, pay.pay(pay.pages[0]))
    work_all()
    payment = Payment.objects.get()
    assert payment.unallocated_amount == 1000
    assert GatewayPayment.objects.get().outcome == "late"


@BOTH
@pytest.mark.django_db
def test_an_invoice_paid_at_the_counter_meanwhile_leaves_the_online_money_unallocated(pay, client, provider):
    link, (invoice,) = link_of("1000")
    begin(link, "1000", provider, [invoice.number])
    now = timezone.now()
    operations.record_payment(
        link.account.customer_id,
        Decimal("1000"),
        method="cash",
        received_on=timezone.localdate(now),
        reference="counter",
        by=None,
        at=now,
    )
    arrive(client, pay.pay(pay.pages[0]))
    work_all()
    assert Payment.objects.get(method="gateway").unallocated_amount == 1000


@BOTH
@pytest.mark.django_db
def test_a_webhook_that_never_comes_is_made_good_by_asking(pay, provider):
    link, _invoices = link_of("1000")
    checkout = begin(link, "1000", provider)
    pay.pay(pay.pages[0])
    assert operations.sweep_checkouts(at=timezone.now()) == 0  # too early to ask
    later = checkout.asked_at + dt.timedelta(minutes=6)
    assert operations.sweep_checkouts(at=later) == 1
    assert Payment.objects.get().amount == 1000


@pytest.mark.django_db
def test_a_gateway_that_is_down_when_asked_leaves_the_event_for_later(pay, client):
    link, _invoices = link_of("1000")
    begin(link, "1000", "razorpay")
    arrive(client, pay.pay(pay.pages[0]))
    pay.fail = ["down"]
    with pytest.raises(GatewayDown):
        work_all()
    assert not Payment.objects.exists()
    operations.sweep_checkouts(at=timezone.now() + dt.timedelta(minutes=1))
    assert Payment.objects.get().amount == 1000


@pytest.mark.parametrize(
    ("amount", "said"), [("0", "Say how much"), ("-5", "Say how much"), ("1000.01", "would be too much")]
)
@pytest.mark.django_db
def test_amounts_that_nobody_owes_are_refused_before_the_gateway_hears_of_them(pay, amount, said):
    link, _invoices = link_of("1000")
    with pytest.raises(Refusal, match=said):
        begin(link, amount, "stripe")
    assert pay.requests == []


@pytest.mark.django_db
def test_a_link_pays_only_its_own_accounts_invoices(pay):
    link, _invoices = link_of("1000")
    _other_link, (foreign,) = link_of("500")
    with pytest.raises(Refusal, match="would be too much"):
        begin(link, "500", "stripe", [foreign.number])


@pytest.mark.django_db
def test_what_could_not_be_booked_is_settled_once_with_a_note(pay, client):
    link, _invoices = link_of("1000")
    begin(link, "1000", "stripe")
    arrive(client, pay.pay(pay.pages[0], currency="USD"))
    work_all()
    row, person = GatewayPayment.objects.get(), UserFactory()
    assert list(GatewayPayment.objects.to_look_at()) == [row]
    with pytest.raises(Refusal, match="Say what was done"):
        operations.settle_gateway_payment(row, note=" ", by=person, at=timezone.now())
    operations.settle_gateway_payment(row, note="Sent back by Stripe.", by=person, at=timezone.now())
    again = operations.settle_gateway_payment(row, note="Other words", by=UserFactory(), at=timezone.now())
    assert (again.settled_note, again.settled_by) == ("Sent back by Stripe.", person)
    assert not GatewayPayment.objects.to_look_at().exists()
