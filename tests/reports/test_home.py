"""The first page: which figures and which needs a right brings, what they say, and what they cost."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.operations import add_task
from core.dates import local_date
from core.errors import Refusal
from core.models import Notification
from credit.operations import approve_refund, record_promise, settle_due
from customers.models import Customer, TimelineEntry
from messaging.models import OutboundMessage
from orders.models import Order, Status
from orders.operations import ask_again, confirm_order
from orders.operations.fulfil import fill_backorders
from reports.lines import LINES, line_of
from reports.models import BooksCheck
from reports.queries import home, needs_of
from reports.views.home import date_line, greeting
from reports.views.tiles import Today, compared, tiles_of
from tests.factories.accounts import TeamFactory, UserFactory
from tests.factories.credit import ask_refund, bill, pay
from tests.factories.messaging import OutboundMessageFactory
from tests.factories.orders import customer_with_credit, draft, held_order, receive, sellable_product, shelf
from tests.inventory.test_watch_stock import on_order

pytestmark = pytest.mark.django_db
D = Decimal
DAY = dt.timedelta(days=1)


@pytest.fixture
def at():
    """Noon of today, so that an hour more or less is the same day."""
    return timezone.make_aware(dt.datetime.combine(timezone.localdate(), dt.time(12)))


@pytest.fixture
def day(at):
    """Two shops of different people with an order, a payment, a hold and an overdue invoice each."""
    product = sellable_product(price="100", on_hand=100)
    for _ in range(2):
        shop = customer_with_credit()
        confirm_order(draft(shop, (product, 2)), by=None, at=at)
        bill(shop, total="75.00", at=at - dt.timedelta(days=90))
        pay(shop, "25.00", at=at)
        held_order(customer=customer_with_credit("100", representative=shop.representative))
    return at


@pytest.fixture
def seller(day):
    """The representative of the first shop."""
    user = Customer.objects.order_by("pk").first().representative
    user.groups.add(*UserFactory(role="Sales representative").groups.all())
    return user


def figures(user, at):
    return {str(tile.label): tile.value for tile in tiles_of(Today(user, at=at))}


# --- figures ---------------------------------------------------------------------------------------------------------
def test_a_seller_sees_what_the_own_shops_bought_paid_and_owe(seller, day):
    assert figures(seller, day) == {
        "Sold today": D("200.00"),
        "This month": D("200.00"),
        "Collected this week": D("25.00"),
        "Overdue with my shops": D("50.00"),
    }


def test_a_controller_sees_the_money_of_all(day):
    assert figures(UserFactory(role="Credit controller"), day) == {
        "Collected today": D("50.00"),
        "Overdue": D("100.00"),
        "On credit hold": 2,
        "Promised for today": D("0.00"),
    }


def test_a_storekeeper_sees_what_goes_and_comes_and_no_money(day):
    assert figures(UserFactory(role="Storekeeper"), day) == {"To deliver": 2, "Received today": 120}


def test_a_manager_sees_the_team_with_its_margin(day):
    team = TeamFactory()
    manager = UserFactory(role="Sales manager", team=team)
    shop = Customer.objects.order_by("pk").first()
    shop.representative.team = team
    shop.representative.save()
    found = figures(manager, day)
    assert {name: found[name] for name in ("Sold today", "This month", "Overdue", "On credit hold")} == {
        "Sold today": D("200.00"), "This month": D("200.00"), "Overdue": D("50.00"), "On credit hold": 1
    }  # fmt: skip
    assert {"Margin today", "New customers", "Collected today", "To deliver"} <= set(found)
    assert "Stock at cost" not in found


def test_an_accountant_sees_the_books(day):
    BooksCheck.objects.create(at=day, seconds=1, counts={}, found=0)
    found = figures(UserFactory(role="Accountant"), day)
    assert found["Books"] == "add up"
    assert found["Unallocated"] == D("0.00")
    assert found["Invoiced this month"] == D("400.00")
    assert "Stock at cost" in found


def test_an_admin_sees_what_failed(day):
    OutboundMessageFactory(state="failed", queued_at=day)
    assert figures(UserFactory(is_superuser=True, is_staff=True), day)["Failed this week"] == 1


def test_who_has_two_roles_sees_the_figures_of_both(day):
    both = figures(UserFactory(roles=["Storekeeper", "Credit controller"]), day)
    assert set(both) == {
        *figures(UserFactory(role="Storekeeper"), day),
        *figures(UserFactory(role="Credit controller"), day),
    }


def test_cancelled_orders_and_reversed_payments_do_not_count(seller, day):
    Order.objects.filter(customer__representative=seller, status=Status.CONFIRMED).update(
        status=Status.CANCELLED
    )
    found = figures(seller, day)
    assert (found["Sold today"], found["This month"]) == (D("0.00"), D("0.00"))


def test_tomorrow_starts_at_nought(seller, day):
    assert figures(seller, day + DAY)["Sold today"] == D("0.00")


def test_an_evening_order_counts_for_the_day_of_the_shop_not_of_utc(seller, at):
    late = at.replace(hour=23, minute=59)
    early = (at + DAY).replace(hour=0, minute=1)
    shop = Customer.objects.filter(representative=seller).first()
    assert shop is not None
    product = sellable_product(price="10", on_hand=10)
    for moment in (late, early):
        confirm_order(draft(shop, (product, 1)), by=None, at=moment)
    sold = home.sold_by_day(seller, local_date(at))
    assert sold[local_date(at)].amount == D("210.00")
    assert sold[local_date(at) + DAY].amount == D("10.00")


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [("118", "100", 18), ("82", "100", -18), ("5", "0", None), ("0", "0", None), ("100", "100", 0)],
)
def test_what_is_compared_with_nothing_says_nothing(now, before, expected):
    assert compared(D(now), D(before)) == expected


def test_today_is_compared_with_the_four_weeks_before(seller, at):
    shop = Customer.objects.filter(representative=seller).first()
    assert shop is not None
    product = sellable_product(price="50", on_hand=100)
    for weeks in range(1, 5):
        confirm_order(draft(shop, (product, 2)), by=None, at=at - weeks * 7 * DAY)
    (sold, *_rest) = tiles_of(Today(seller, at=at))
    assert sold.note.replace("\N{NO-BREAK SPACE}", " ") == f"1 order, 100 % over a usual {at:%A}"
    assert sold.tone == "good"


# --- needs -----------------------------------------------------------------------------------------------------------
def kinds(user, at):
    return [need.kind for need in needs_of(user, at=at)]


def waiting(user, at, kind):
    return [need for need in needs_of(user, at=at) if need.kind == kind]


def test_a_hold_is_to_decide_for_who_may_and_to_look_at_for_who_asked(day, seller):
    (first, *_rest) = needs_of(UserFactory(role="Credit controller"), at=day)
    held = Order.objects.held().filter(customer__representative=seller).get()
    assert first.kind == "hold"
    assert first.action.url.endswith("/release/")
    asked = held.credit_decision.at
    (own,) = waiting(seller, asked + dt.timedelta(minutes=14), "hold")
    assert held.code in own.text
    assert own.action.url == held.get_absolute_url()
    (own,) = waiting(seller, asked + dt.timedelta(minutes=15), "hold")
    assert own.action.url.endswith("/ask-again/")


def test_asking_again_reaches_who_may_decide_once_in_a_quarter(day, seller, client):
    UserFactory(role="Credit controller", name="Meera")
    held = Order.objects.held().filter(customer__representative=seller).get()
    Notification.objects.all().delete()
    at = day.replace(minute=1)
    for minutes in (0, 5):
        ask_again(held, by=seller, at=at + dt.timedelta(minutes=minutes))
    assert [told.user.name for told in Notification.objects.all()] == ["Meera"]
    ask_again(held, by=seller, at=at + dt.timedelta(minutes=15))
    assert Notification.objects.count() == 2
    client.force_login(seller)
    answer = client.post(reverse("orders:order_ask_again", args=[held.pk]), follow=True)
    assert "Asked again: Meera." in answer.content.decode()
    Order.objects.filter(pk=held.pk).update(status=Status.DRAFT)
    with pytest.raises(Refusal, match="not on credit hold"):
        ask_again(held, by=seller, at=at)


def test_who_asked_does_not_decide(day):
    controller = UserFactory(role="Credit controller")
    Order.objects.held().update(confirmed_by=controller)
    assert [need.action.label for need in waiting(controller, day, "hold")] == ["Open", "Open"]


@pytest.fixture
def shop(seller):
    return Customer.objects.filter(representative=seller).order_by("pk").first()


def promise(shop, at, days, amount="50.00"):
    record_promise(
        shop.pk, D(amount), promised_on=local_date(at) + days * DAY, reference=f"{days}", by=None, at=at
    )


def test_a_promise_for_today_is_to_call_and_one_for_tomorrow_is_not(shop, seller, at):
    promise(shop, at, 0)
    promise(shop, at, 1)
    (today,) = [need for need in needs_of(seller, at=at) if need.kind == "promise"]
    assert today.action.url.startswith("tel:+")
    assert "₹50.00 for today" in today.text


def test_a_broken_promise_stays_until_it_is_paid_or_promised_again(shop, seller, at):
    promise(shop, at, 0)
    settle_due(at=at + DAY)
    broken = [need for need in needs_of(seller, at=at + DAY) if need.kind == "promise"]
    assert [need.text for need in broken] == [f"{shop.name} broke its promise of ₹50.00"]
    promise(shop, at + DAY, 3)
    assert "promise" not in kinds(seller, at + DAY)


def test_late_tasks_come_before_todays_promises(shop, seller, at):
    promise(shop, at, 0)
    add_task("Ring them", assignee=seller, due_on=local_date(at) - DAY, by=seller, at=at)
    assert kinds(seller, at) == ["task", "hold", "promise"]


def test_a_message_that_failed_waits_for_who_may_send_it_again(day, seller):
    OutboundMessageFactory(state="failed", queued_at=day, error_text="no such number")
    assert "message" in kinds(UserFactory(role="Credit controller"), day)
    assert "message" not in kinds(seller, day)
    assert "message" not in kinds(UserFactory(role="Credit controller"), day + 8 * DAY)
    assert OutboundMessage.objects.filter(state="failed").count() == 1


def test_missing_goods_wait_for_the_store_and_what_arrived_for_both(shop, seller, at):
    product = sellable_product(price="5", on_hand=1)
    order = confirm_order(draft(shop, (product, 4)), by=seller, at=at)
    store = UserFactory(role="Storekeeper")
    (missing,) = [need for need in needs_of(store, at=at) if need.kind == "short"]
    assert missing.text.startswith("3 ×")
    receive(product, 3, "1")
    fill_backorders([product.pk], at=at)
    assert TimelineEntry.objects.filter(event="order.backorder_filled").exists()
    (here,) = [need for need in needs_of(store, at=at) if need.kind == "arrived"]
    assert order.code in here.text
    assert here.action.url.endswith("/deliver/")
    (told,) = [need for need in needs_of(seller, at=at) if need.kind == "arrived"]
    assert told.action.url == order.get_absolute_url()


def test_purchase_orders_that_are_late_wait_for_the_buyer_and_the_store(at):
    product = sellable_product(on_hand=0)
    late = on_order(product, 7, location=shelf(), expected_in=-2)
    on_order(product, 3, location=shelf(), expected_in=1)
    store, buyer = UserFactory(role="Storekeeper"), UserFactory(role="Sales manager")
    (mine,) = waiting(store, at, "late_purchase")
    order = late.order
    assert mine.text == f"{order.number} of {order.supplier} is 2 days late"
    assert mine.sub.startswith("7 pieces were due on")
    assert mine.action.url == reverse("inventory:purchase_receive", args=[order.pk])
    (theirs,) = waiting(buyer, at, "late_purchase")
    assert theirs.action.url == reverse("inventory:purchase_expect", args=[order.pk])
    assert "late_purchase" not in kinds(UserFactory(role="Sales representative"), at)
    assert "late_purchase" not in kinds(store, at - 2 * DAY)


def test_goods_of_earlier_days_wait_to_be_delivered(day):
    store = UserFactory(role="Storekeeper")
    assert "deliver" not in kinds(store, day)
    assert kinds(store, day + DAY).count("deliver") == 2


def test_a_temporary_limit_that_ends_is_said_to_who_may_change_it(shop, seller, at):
    account = shop.credit_account
    account.temporary_limit, account.temporary_until = D("5000000"), local_date(at) + DAY
    account.save()
    assert "limit" in kinds(UserFactory(role="Credit controller"), at)
    assert "limit" not in kinds(seller, at)
    assert "limit" not in kinds(UserFactory(role="Credit controller"), at - 3 * DAY)


def test_the_calls_of_today_stand_in_one_row_with_the_money_to_ask_for(shop, seller, at):
    (mine,) = waiting(seller, at, "calls")
    assert mine.text == "Your calls today: 1, about ₹50.00"
    assert mine.url == reverse("credit:call_list")
    (all_of_them,) = waiting(UserFactory(role="Credit controller"), at, "calls")
    assert all_of_them.text == "Your calls today: 2, about ₹100.00"
    assert "calls" not in kinds(UserFactory(role="Storekeeper"), at)
    promise(shop, at, 2)
    assert "calls" not in kinds(seller, at)


def test_an_account_to_review_whose_limit_ends_too_is_said_once_each(shop, at):
    account = shop.credit_account
    account.temporary_limit, account.temporary_until = D("5000000"), local_date(at) + DAY
    account.review_on = local_date(at)
    account.save()
    found = kinds(UserFactory(role="Credit controller"), at)
    assert (found.count("limit"), found.count("review")) == (1, 1)


def test_a_refund_is_to_approve_and_then_to_pay_out_and_nobody_approves_their_own(shop, at):
    controller, other = (UserFactory(role="Credit controller") for _n in range(2))
    first, _second = (
        ask_refund(pay(shop, "500.00", at=at), "100.00", by=who, at=at) for who in (controller, None)
    )
    assert len(waiting(other, at, "refund")) == 2
    (open_one,) = waiting(controller, at, "refund")
    assert open_one.text == f"Refund ₹100.00 to {shop.name}?"
    approve_refund(first, by=UserFactory(is_superuser=True), at=at)
    said = {need.text for need in waiting(controller, at, "refund")}
    assert said == {f"Refund ₹100.00 to {shop.name}?", f"Pay ₹100.00 back to {shop.name}"}


# --- the page --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("hour", "said"), [(4, "Good evening"), (5, "Good morning"), (12, "Good afternoon"), (17, "Good evening")]
)
def test_it_greets_by_the_hour(hour, said, at):
    assert greeting(UserFactory(name="Asha Rao"), at.replace(hour=hour)) == f"{said}, Asha"


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (dt.date(2026, 11, 21), "Saturday 21 November · 9 days left this month"),
        (dt.date(2026, 11, 29), "Sunday 29 November · 1 day left this month"),
        (dt.date(2028, 2, 29), "Tuesday 29 February · the last day of the month"),
    ],
)
def test_it_says_how_many_days_are_left(on, said):
    assert (
        date_line(Today(UserFactory(), at=timezone.make_aware(dt.datetime.combine(on, dt.time(9))))) == said
    )


def test_the_line_is_the_same_all_day_and_another_tomorrow():
    today = dt.date(2026, 11, 21)
    assert line_of(today) == line_of(today)
    assert line_of(today) != line_of(today + DAY)
    assert len({str(line_of(today + n * DAY)) for n in range(len(LINES))}) == len(LINES)


ROLES = ["Sales representative", "Sales manager", "Credit controller", "Storekeeper", "Accountant",
         "Support agent", "Advertising manager"]  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_a_home_full_and_empty(client, role, at):
    user = UserFactory(role=role, name="Asha Rao", team=TeamFactory())
    client.force_login(user)
    empty = client.get(reverse("reports:home"))
    assert empty.status_code == 200
    assert "Asha" in empty.content.decode()
    assert "Nothing waits for you" in empty.content.decode()
    add_task("Count the shelf", assignee=user, due_on=timezone.localdate(), by=user, at=at)
    assert "Count the shelf" in client.get("/").content.decode()


def test_the_part_that_stays_true_is_served_alone(client, day):
    client.force_login(UserFactory(role="Credit controller"))
    part = client.get("/", headers={"HX-Request": "true", "HX-Target": "home"})
    assert part.templates[0].name == "reports/_home.html"
    assert "<html" not in part.content.decode()


def test_nobody_is_sent_to_log_in(client):
    assert client.get("/")["Location"].startswith("/accounts/login/")


MOST_QUERIES = {"Sales representative": 17, "Sales manager": 39, "Credit controller": 26, "Storekeeper": 14,
                "Accountant": 18, "Support agent": 9, "Advertising manager": 8}  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_a_home_costs_the_same_however_much_there_is(client, role, at, django_assert_max_num_queries):
    """Session, person, roles and the shell are counted with it."""
    team = TeamFactory()
    user = UserFactory(role=role, team=team)
    client.force_login(user)

    def trade(times):
        product = sellable_product(price="100", on_hand=2)
        for n in range(times):
            shop = customer_with_credit(representative=user)
            confirm_order(draft(shop, (product, 2)), by=None, at=at - n * DAY)
            bill(shop, total="75.00", at=at - dt.timedelta(days=90))
            pay(shop, "25.00", at=at)
            promise(shop, at, 0, amount="10.00") if not n else None
            held_order(customer=customer_with_credit("100", representative=user))
            OutboundMessageFactory(customer=shop, state="failed", queued_at=at)
            add_task(f"Task {n}", assignee=user, due_on=local_date(at) - n * DAY, by=user, at=at)

    trade(2)
    client.get("/")
    with django_assert_max_num_queries(MOST_QUERIES[role]) as few:
        client.get("/")
    trade(6)
    with django_assert_max_num_queries(len(few)):
        client.get("/")


def test_earlier_days_are_read_once_in_ten_minutes_and_today_each_time(
    seller, day, django_assert_num_queries
):
    shop = Customer.objects.filter(representative=seller).first()
    assert shop is not None
    product = sellable_product(price="10", on_hand=10)
    assert Today(seller, at=day).sold[local_date(day)].amount == D("200.00")
    confirm_order(draft(shop, (product, 1)), by=None, at=day)
    with django_assert_num_queries(1):
        again = Today(seller, at=day + dt.timedelta(minutes=5))
        assert again.sold[local_date(day)].amount == D("210.00")
    assert again.earlier_at == day


def test_another_sight_reads_its_own_days(seller, day):
    before = Today(seller, at=day + DAY)
    assert before.sold[local_date(day)].number == 1
    seller.groups.add(*UserFactory(role="Support agent").groups.all())
    wider = type(seller).objects.get(pk=seller.pk)
    assert Today(wider, at=day + DAY).sold[local_date(day)].number == 2
