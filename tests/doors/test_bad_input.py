"""What nobody should type, in every form, address and search: a sentence or a refusal, never half a change."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.db import transaction
from django.forms import CheckboxInput, FileInput, Textarea, TextInput
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import escape
from django.views import View

from core import listing, nav
from core.screens import FormScreen, ListScreen
from credit.models import BankAccount, InvoiceLine
from inventory.models import Brand, Category, Location, Product, Supplier
from orders.models import ReturnLine
from orders.queries.returns import returnable
from orders.views.counter import Counter
from tests.doors.nasty import FORM, NASTY, NO_PLACES, NUMBERS, PLACES, cursor, encoded
from tests.doors.world import Door, doors, fingerprint, make_world, rows_written, text_of
from tests.factories.accounts import UserFactory
from tests.factories.inventory import DeviceModelFactory

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
FAILED, REFUSED_FORM = 500, 422
DONE = {204, 302}
REFUSED = {200, 400, 403, 404, 405, 409, 410, 413, 422, 429}


@pytest.fixture
def world(client, caplog):
    """Everything, and somebody who may do all of it."""
    caplog.set_level("CRITICAL")
    client.force_login(UserFactory(is_superuser=True))
    return make_world()


@pytest.fixture
def knock(client, monkeypatch):
    """`knock("post", path, pairs)`: the answer, with what it `said`, and whether it `changed` anything. Then undone."""

    client.raise_request_exception = False
    # What waits, which the shell counts on every page, has its own tests.
    monkeypatch.setattr(nav, "numbers_of", lambda user: nav.Numbers(0, 0, {}))
    whole: dict[str, str] = {}  # what there is: the same before every request, because each is undone

    def at(method: str, path: str, data: Any = (), **headers: str) -> Any:
        cache.clear()  # nobody comes too often here
        with transaction.atomic():
            if method == "post" and not whole:
                whole.update(fingerprint())
            before = rows_written()
            if method == "post":
                response = client.post(path, encoded(data), content_type=FORM, headers=headers)
            else:
                response = client.get(f"{path}?{encoded(data)}", headers=headers)
            response.said = text_of(response)
            looks = method == "post" and response.status_code != FAILED and rows_written() != before
            after = fingerprint() if looks else {}
            response.changed = sorted(name for name in after if whole[name] != after[name])
            transaction.set_rollback(True)
        return response

    return at


def complaints(response: Any) -> list[Any]:
    """What is wrong with an answer: a failure, or a refusal that left something behind."""
    if response.status_code in DONE:
        return []
    if response.status_code == FAILED:
        return [repr(response.exc_info[1])[:200]]
    if response.status_code not in REFUSED:
        return [response.status_code]
    return response.changed


def screens(*kinds: type) -> list[Door]:
    return [door for door in doors() if door.screen and issubclass(door.screen, kinds)]


# --- forms -----------------------------------------------------------------------------------------------------------
def _returnable(world: Any) -> list[int]:
    """The lines of invoices that a page of a new return offers."""
    return [each.line_id for each in returnable(world.mine.customer.pk) if each.left and each.product_id]


def typed(world: Any) -> dict[str, dict[str, Any]]:
    """For each form what makes it good, beside what it starts with. A form that is not here fails the test."""
    product, location = Product.objects.get(sku="DOOR-1"), Location.objects.get(is_default=True)
    back_room = Location.objects.get(name="Back room")
    line = {"product": [product.pk], "quantity": ["3"], "discount": ["1.00"], "do": "save"}
    contact = {"name": "Asha", "phone": "98765 43210", "email": "asha@example.com"}
    address = {"kind": "billing", "street": "1 Road", "city": "Pune", "country": "IN"}
    reason = {"reason": "They asked."}
    billed_line = InvoiceLine.objects.filter(invoice=world.mine.pks["credit:invoice_detail"]).first()
    other_phone = DeviceModelFactory(name="Moonphone 9")
    return {
        "customers:customer_add": {"name": "New Shop", "phone": "98765 43211", "contact_name": "Asha", "street": "1"},
        "customers:customer_change": {"name": "Other name"},
        "customers:customer_set_status": {"status": "blocked", **reason},
        "customers:contact_add": contact,
        "customers:contact_change": contact,
        "customers:address_add": address,
        "customers:address_change": address,
        "credit:account_change": {"limit_kind": "amount", "credit_limit": "5000"},
        "credit:payment_add": {"customer": world.mine.customer.pk, "amount": "10", "method": "cash"},
        "credit:payment_allocate": {},
        "credit:credit_note_allocate": {},
        "credit:payment_reverse": reason,
        "credit:credit_note_add": reason,
        "credit:instalment_plan": {"how": "equal", "count": "2", "first": "tomorrow", "every": "1", "unit": "month"},
        "credit:instalment_plan_cancel": reason,
        "orders:order_quote": {"kind": "proforma", "note": "As asked."},
        "orders:return_add": {
            "customer": world.mine.customer.pk,
            **dict.fromkeys((f"pieces_{pk}" for pk in _returnable(world)), "1"),
        },
        "orders:order_deliver_part": {},
        "orders:order_prioritise": {"priority": "2", **reason},
        "orders:return_reject": reason,
        "orders:return_cancel": reason,
        "orders:return_receive": {
            f"came_{ReturnLine.objects.get(rma=world.mine.pks['orders:return_detail']).pk}_shelf": "1"
        },
        "orders:return_settle": {"settlement": "credit", "fee": "1"},
        "credit:notice_approve": {},
        "credit:notice_reject": reason,
        "credit:cheque_add": {"customer": world.mine.customer.pk, "amount": "10", "number": "77", "bank": "HDFC",
                              "dated_on": "today"},
        "credit:cheque_clear": {},
        "credit:cheque_bounce": reason,
        "credit:cheque_take_back": reason,
        "credit:cheque_return": reason,
        "credit:cheque_deposit_add": {"bank_account": BankAccount.objects.earliest("pk").pk},
        "credit:bank_account_add": {"name": "Second", "bank": "HDFC"},
        "credit:invoice_void": reason,
        "credit:debit_note_add": {**reason, "description_1": "Fee", "amount_1": "5", "tax_rate": "0"},
        "credit:write_off_add": {**reason, f"share_{world.mine.pks['credit:invoice_detail']}": "5"},
        "credit:payment_write_off": {**reason, "amount": "5"},
        "credit:credit_note_write_off": {**reason, "amount": "5"},
        "credit:payment_refund": {**reason, "amount": "5", "method": "cash"},
        "credit:credit_note_refund": {**reason, "amount": "5", "method": "cash"},
        "credit:write_off_approve": {"note": "Fine."},
        "credit:write_off_reject": reason,
        "credit:write_off_recover": reason,
        "credit:refund_approve": {"note": "Fine."},
        "credit:refund_reject": reason,
        "credit:refund_payout": {"method_reference": "UTR 7"},
        "credit:refund_return": reason,
        "credit:promise_add": {"amount": "10"},
        "credit:limit_request_add": {"kind": "amount", "amount": "10", "reason": "More"},
        "credit:limit_request_approve": {"amount": "5000"},
        "credit:limit_request_reject": reason,
        "credit:approval_add": {"amount": "10", "until": "tomorrow", **reason},
        "credit:promise_withdraw": reason,
        "credit:account_review": {},
        "credit:dunning_run_add": {},
        "credit:dunning_level_add": {"name": "Soon", "days": "77", "event": "dunning_friendly"},
        "credit:dunning_level_change": {"name": "Sooner"},
        "credit:dunning_settings": {},
        "credit:dunning_pause_add": reason,
        "credit:invoice_dunning_pause": reason,
        "credit:late_fee_charge": {},
        "credit:late_fee_waive": reason,
        "credit:fee_policy_add": {"name": "Three percent", "rate": "3"},
        "credit:fee_policy_change": {"name": "Two percent a month"},
        "credit:fee_exempt": reason,
        "credit:call_add": {"outcome": "no_answer", "amount": "1", "note": "Nobody there"},
        "credit:dispute_add": {"reason": "faulty", "line": billed_line.pk, "amount": "1"},
        "credit:dispute_uphold": {"amount": "5"},
        "credit:dispute_reject": {"answer": "They were tested."},
        "credit:dispute_withdraw": reason,
        "credit:gateway_payment_settle": {"note": "Refunded by hand."},
        "credit:bank_statement_columns": {},
        "credit:bank_statement_confirm": {"least": "90"},
        "credit:bank_line_book": {"customer": world.mine.customer.pk},
        "credit:bank_line_ignore": reason,
        "credit:bank_line_undo": reason,
        "credit:bank_account_change": {"name": "Other account"},
        "credit:opening_columns": {},
        "credit:opening_undo": reason,
        "accounts:task_add": {"title": "Call them"},
        "accounts:task_change": {"title": "Call them again"},
        "accounts:task_hand_over": {"assignee": world.theirs.customer.representative_id},
        "inventory:product_add": {"name": "Redmi Note 11 combo", "sku": "NEW-11", "list_price": "10"},
        "inventory:product_change": {"list_price": "11", "brand": Brand.objects.get_or_create(name="Oppo")[0].pk},
        "inventory:stock_adjust": {"location": location.pk, "quantity": "1", "reason": "other", "note": "They asked."},
        "inventory:stock_scrap": {"quantity": "1", "reason": "broken"},
        "inventory:adjustment_approve": {},
        "inventory:adjustment_reject": reason,
        "inventory:transfer_new": {"source": location.pk, "destination": back_room.pk, "lines-TOTAL_FORMS": "1",
                                   "lines-INITIAL_FORMS": "0", "lines-0-product": "DOOR-1", "lines-0-quantity": "2"},
        "inventory:level_move": {"destination": back_room.pk, "quantity": "1"},
        "inventory:level_shelf": {"shelf": "A-03-2"},
        "inventory:category_add": {"name": "Batteries"},
        "inventory:category_rename": {"name": "Panels"},
        "inventory:category_move": {"under": ""},
        "inventory:category_merge": {"into": Category.objects.get_or_create(path="Spare parts")[0].pk},
        "inventory:category_specifications": {"lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0",
                                              "lines-0-name": "Plug", "lines-0-kind": "text", "lines-0-order": "1"},
        "inventory:devicemodel_add": {"brand": other_phone.brand_id, "name": "Moonphone 8", "codes": "MP-8"},
        "inventory:devicemodel_change": {"name": "Redmi Note 10 5G"},
        "inventory:devicemodel_merge": {"into": "Moonphone 9"},
        "inventory:devicemodel_fit": {"product": Product.objects.exclude(sku="DOOR-1").earliest("pk").sku},
        "inventory:fit_add": {"device": "Moonphone 9"},
        "inventory:shortage_reader_new": {"user": UserFactory(role="Storekeeper").pk, "alert_by_email": "on"},
        "inventory:shortage_reader_change": {"report_by_email": "on"},
        "inventory:shortage_reader_mine": {"report_by_whatsapp": "on"},
        "inventory:location_add": {"name": "Attic", "kind": "sellable"},
        "inventory:location_change": {"name": "Cellar"},
        "inventory:count_new": {"location": location.pk, "scope": "products", "products": "DOOR-1"},
        "inventory:count_today": {"location": location.pk, "most": "5"},
        "inventory:count_finish": {},
        "inventory:count_approve": {},
        "inventory:count_cancel": reason,
        "inventory:stock_transfer": {"source": location.pk, "destination": back_room.pk, "quantity": "1"},
        "inventory:goods_receive": {"location": location.pk, "lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0",
                                    "lines-0-product": "DOOR-1", "lines-0-quantity": "2", "lines-0-unit_cost": "5"},
        "inventory:receipt_charge": {"kind": "duty", "amount": "10", "share_by": "pieces"},
        "inventory:charge_back": {"note": "They asked."},
        "inventory:receipt_line_correct": {"unit_cost": "100", **reason},
        "inventory:import_columns": {},
        "inventory:supplier_add": {"name": "Another supplier"},
        "inventory:supplier_change": {"name": "Renamed supplier"},
        "inventory:supplier_contact": {"name": "Ms Chen", "email": "chen@example.com"},
        "inventory:supplierproduct_add": {"code": Product.objects.exclude(sku="DOOR-1").earliest("pk").sku},
        "inventory:supplierproduct_change": {"sku": "D-2"},
        "inventory:purchase_add": {"supplier": world.goods["inventory:supplier_detail"], "location": location.pk,
                                   "lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "lines-0-product": "DOOR-1",
                                   "lines-0-quantity": "2", "lines-0-unit_cost": "5"},
        "inventory:purchase_change": {"lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0",
                                      "lines-0-product": "DOOR-1", "lines-0-quantity": "3"},
        "inventory:purchase_send": {"recipient": "orders@example.com"},
        "inventory:purchase_close": reason,
        "inventory:purchase_expect": {"day": "2199-01-01"},
        "inventory:purchase_receive": {"lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0",
                                       "lines-0-product": "DOOR-1", "lines-0-quantity": "2"},
        "inventory:supplierreturn_add": {"supplier": world.goods["inventory:supplier_detail"], "code": "DOOR-1",
                                         "location": location.pk, "quantity": "1", "reason": "defect",
                                         "wanted": "credit"},
        "inventory:supplierreturn_settle": {"status": "refused"},
        "inventory:device_import_columns": {},
        "inventory:supplierlist_add": {"supplier": Supplier.objects.get(name="Door Parts").pk,
                                       "text": "SKU;Name;Price\nA;Battery;5"},
        "inventory:supplierlist_columns": {},
        "inventory:supplierlist_settle": {"product": product.pk},
        "inventory:suppliercategory_change": {},
        "pricing:pricelist_new": {"name": "Diwali", "kind": "promotion", "currency": "INR"},
        "pricing:price_set": {"product": "DOOR-1", "unit_price": "5", "min_quantity": "2", "valid_from": "2026-01-01"},
        "pricing:pricechange_new": {"price_list": world.goods["pricing:pricelist_detail"], "source": "product",
                                    "method": "percent", "value": "5", "ending": "5", "direction": "nearest",
                                    "starts_on": "2199-01-01"},
        "pricing:pricelist_copy": {"name": "Copy of it"},
        "pricing:priceimport_columns": {},
        "pricing:promotion_new": {"name": "Holi", "method": "percent", "value": "-5", "ending": "5",
                                  "direction": "nearest", "starts_on": "2199-01-01", "ends_on": "2199-01-09"},
        "pricing:price_end": {"on": "2199-01-01"},
        "pricing:taxrate_set": {"product_category": "standard", "customer_treatment": "standard", "rate": "12",
                                "valid_from": "2198-01-01"},
        "orders:order_add": {"customer": world.mine.customer.pk, **line},
        "orders:order_change": line,
        "orders:order_cancel": reason,
    }  # fmt: skip


NEEDS_A_FILE = {
    "inventory:category_import",
    "inventory:supplier_import",
    "inventory:supplierproduct_import",
    "inventory:shelf_import",
    "pricing:priceimport_upload",
    "inventory:import_upload",
    "inventory:device_import_upload",
    "credit:bank_statement_add",
    "credit:opening_add",
    "credit:account_import",
}
NEEDS_ANOTHER_ORDER = {
    "orders:order_reopen",
    "orders:order_close_short",
    "orders:order_release",
    "orders:order_reject",
}
"""Their form is that of `order_cancel`."""


def start_of(form: Any) -> dict[str, Any]:
    """What a browser would send of a form as it stands."""
    sent = {}
    for name, field in form.fields.items():
        value = form[name].value()
        if isinstance(field.widget, FileInput) or value in (None, "", []):
            continue
        if isinstance(field.widget, CheckboxInput):
            value = "on" if value else None
        elif not isinstance(value, list):
            value = field.widget.format_value(field.prepare_value(value))
        if value is not None:
            sent[name] = getattr(value, "pk", value)
    return sent


def is_text(field: Any) -> bool:
    return isinstance(field.widget, TextInput | Textarea) and not field.widget.is_hidden


GIVES_A_FILE = {"inventory:labels"}
"""What it makes is a PDF, of products that its address names."""
ELSEWHERE = NEEDS_A_FILE | NEEDS_ANOTHER_ORDER | GIVES_A_FILE
FORMS = sorted(d.name for d in screens(FormScreen) if d.name not in ELSEWHERE)
APPS = sorted({name.partition(":")[0] for name in FORMS})


def forms_of(app: str, world: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The name, the address and the good content of each form of an app."""
    contents = typed(world)
    for door in doors():
        if door.name in FORMS and door.name.startswith(f"{app}:"):
            yield door.name, door.path(world, world.mine), contents[door.name]


@pytest.mark.parametrize("app", APPS)
def test_a_form_refuses_nonsense_and_keeps_what_was_typed(app, knock, world, client):
    """First every field gets the same nonsense. Then what no field refused goes into a form that is good otherwise."""
    wrong: list[Any] = []

    def post(data: dict[str, Any], what: str) -> Any:
        response = knock("post", path, data)
        wrong.extend((path, what[:30], problem) for problem in complaints(response))
        return response

    for _name, path, content in forms_of(app, world):
        asked = {"customer": content["customer"]} if "customer" in content else {}
        form = client.get(path, asked).context["form"]
        good = start_of(form) | {"idempotency_key": str(uuid.uuid4())} | content
        fields = {n: field for n, field in form.fields.items() if not isinstance(field.widget, FileInput)}
        assert post(good, "good").status_code in DONE, path
        post({}, "nothing")
        post({key: [value, value] for key, value in good.items() if not isinstance(value, list)}, "twice")
        post(good | {"version": "x", "idempotency_key": "\x00"}, "stale")
        others = {key: value for key, value in good.items() if key not in fields}
        for nonsense in NASTY if fields else ():  # a button alone takes nothing
            answer = post(others | dict.fromkeys(fields, nonsense), nonsense)
            shown = answer.context["form"] if answer.context and "form" in answer.context else form
            if answer.status_code == REFUSED_FORM and nonsense.strip() and nonsense.isprintable():
                kept = [n for n, field in fields.items() if is_text(field) and n in shown.fields]
                wrong += [
                    (path, nonsense[:30], f"{n} lost") for n in kept if escape(nonsense) not in answer.said
                ]
            accepted = dict.fromkeys([n for n in fields if n not in shown.errors], nonsense)
            if shown.errors and accepted:
                post(good | accepted, nonsense)
    assert wrong == []


@pytest.mark.parametrize("name", ["orders:order_add", "orders:order_change"])
def test_nonsense_on_the_lines_of_an_order_writes_nothing(name, knock, world):
    (door,) = [d for d in screens(Counter) if d.name == name]
    path, good = door.path(world, world.mine), typed(world)[name]
    pk, wrong = good["product"][0], []
    for nonsense in NASTY if name == "orders:order_add" else NUMBERS:
        others = dict.fromkeys(["find", "customer_find", "version", "idempotency_key"], nonsense)
        for change in (
            *(
                {field: nonsense, "do": "confirm"}
                for field in ("product", "quantity", "discount", "seen_total")
            ),
            *({"do": f"{verb}:{nonsense}"} for verb in ("add", "remove", "pick")),
            others | {"do": nonsense, "customer": nonsense},
        ):
            answer = knock("post", path, good | change)
            wrong += [(change, problem) for problem in complaints(answer)]
    odd_lines: tuple[dict[str, Any], ...] = (
        {"product": [pk, pk], "quantity": ["1", "1"], "discount": ["", ""]},
        {"product": [*range(pk, pk + 600)], "quantity": ["1"] * 600, "discount": [""] * 600},
        {"product": [], "quantity": ["1"]},
        {"quantity": []},
        {"quantity": ["1"], "discount": ["999999999999.99"]},
    )
    for lines in odd_lines:
        answer = knock("post", path, good | lines)
        wrong += [(lines, what) for what in complaints(answer) or answer.changed]
    assert wrong == []


def test_an_order_of_an_absurd_amount_is_refused(knock, world):
    """Each figure is allowed for itself; together they are more than a column holds."""
    Product.objects.filter(sku="DOOR-1").update(list_price="99999999.9999")
    path, line = reverse("orders:order_add"), typed(world)["orders:order_add"]
    for do in ("update", "save", "confirm"):
        answer = knock("post", path, line | {"quantity": ["100000"], "do": do})
        assert complaints(answer) == []


def test_nonsense_on_the_lines_of_a_goods_receipt_books_nothing(knock, world):
    path, good = reverse("inventory:goods_receive"), typed(world)["inventory:goods_receive"]
    wrong = []
    for nonsense in NASTY:
        for field in [key for key in good if key.startswith("lines-")]:
            answer = knock("post", path, good | {field: nonsense})
            wrong += [(field, nonsense[:30], problem) for problem in complaints(answer)]
    assert wrong == []
    assert (
        knock("post", path, {k: v for k, v in good.items() if not k.startswith("lines-T")}).status_code == 422
    )


# --- addresses, searches, filters ----------------------------------------------------------------------------------
ASKED = ["q", "sort", "tab", "limit", "part", "kind", "text", "find", "customer_find", "customer", "product",
         "invoice", "quantity", "amount", "on", "by", "buckets", "version", "valid_from", "location", "about",
         "view", "next"]  # fmt: skip

TABLE_ALONE = {"HX-Request": "true", "HX-Target": "list"}
"""Of a list the part that answers; what stands around it is the same on every page."""


@pytest.mark.slow(40)
def test_nonsense_in_a_question_gets_an_answer(knock, world):
    """Pages that read their address, with each nonsense in all they ask; filters get what they don't refuse at once."""
    wrong = []
    for door in screens(View):
        path = door.path(world, world.mine)
        known = getattr(getattr(door.screen, "filterset_class", None), "base_filters", ())
        questions = [dict.fromkeys([*ASKED, *known], NASTY[0])]
        for nonsense in NASTY if door.reads_its_address else ():
            asked = {*ASKED} - {*known} | {*filters_that_take(door, nonsense)}
            questions.append(dict.fromkeys(asked, nonsense))
        # The table alone, where there is one: what stands around it is the same on every page.
        for question in questions:
            answer = knock("get", path, question, **TABLE_ALONE)
            wrong += [(door.name, question["q"][:30], problem) for problem in complaints(answer)]
    assert wrong == []


def filters_that_take(door: Door, nonsense: str) -> list[str]:
    """The filters of a list for which this is no nonsense."""
    kind = getattr(door.screen, "filterset_class", None)
    if not kind:
        return []
    ends = ("", "_min", "_max", "_after", "_before")
    asked = QueryDict(encoded({name + end: nonsense for name in kind.base_filters for end in ends}))
    request = SimpleNamespace(user=UserFactory.build(is_superuser=True))
    form = kind(asked, queryset=kind._meta.model.objects.all(), request=request).form
    return [name + end for name in form.fields if name not in form.errors for end in ends]


@pytest.mark.filterwarnings("ignore:.*naive datetime:RuntimeWarning")
def test_a_made_up_place_in_a_list_is_its_beginning(knock, world):
    """In every list, in every order it can be brought into."""
    user = UserFactory(is_superuser=True)
    for door in screens(ListScreen):
        screen = door.screen(kwargs={"pk": {**world.mine.pks, **world.goods}.get(door.name)})
        screen.request = SimpleNamespace(user=user, GET={})
        rows = screen.get_queryset()
        for order in [screen.ordering, *([c.order] for c in screen.columns if c.order)]:
            first = listing.page(rows, order).rows
            for value in PLACES:
                for length in (len(order), len(order) + 1):
                    place = cursor(*[value] * length)
                    assert listing.page(rows, order, after=place).rows is not None, (door.name, order, value)
                    assert listing.page(rows, order, before=place).rows is not None, (door.name, order, value)
            for place in NO_PLACES:
                assert listing.page(rows, order, after=place).rows == first
    path = reverse("customers:timeline_panel", args=[world.mine.customer.pk])
    for place in [*NO_PLACES, *(cursor(value, value) for value in PLACES)]:
        assert complaints(knock("get", path, {"after": place})) == []
        assert complaints(knock("get", path, {"before": place})) == []


def test_nonsense_in_an_address_leads_nowhere(knock, world):
    wrong = []
    for door in doors():
        if not door.asks:
            continue
        path = door.path(world, world.mine)
        parts = [part for part in path.split("/") if part]
        known = {
            world.mine.number,
            world.mine.token,
            "money",
            str({**world.mine.pks, **world.goods}.get(door.name)),
        }
        for nonsense in (
            [*NASTY, "..", "%00"] if {"number", "token", "kind"} & {*door.asks} else [*NUMBERS, "a\x00b"]
        ):
            said = quote(nonsense.encode(errors="surrogatepass"), safe="")
            for place in [place for place, part in enumerate(parts) if part in known]:
                made_up = "/".join(["", *parts[:place], said, *parts[place + 1 :], ""])
                answer = knock("get", made_up)
                wrong += [(door.name, nonsense[:30], problem) for problem in complaints(answer)]
    assert wrong == []
