"""What the doors lead to: everything that one customer has, twice, and the goods; and how to walk up to every door."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.core.files.base import ContentFile
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import Task, User
from accounts.operations import add_task
from accounts.roles import ROLES
from core.dates import local_date
from core.models import Job
from credit.models import (
    BankAccount,
    Checkout,
    Cheque,
    ChequeDeposit,
    DunningLevel,
    DunningRun,
    GatewayPayment,
    Invoice,
    LateFee,
    LateFeePolicy,
    PaymentNotice,
    RetailerLink,
)
from credit.operations import (
    accept_opening,
    announce_payment,
    approve_refund,
    approve_write_off,
    charge_line,
    deposit_cheques,
    exempt_from_fees,
    give_approval,
    issue_debit_note,
    pause_dunning,
    raise_dispute,
    record_promise,
    request_limit,
    take_cheque,
)
from credit.operations.links import make_link, token_of
from customers.models import Customer
from inventory.models import (
    GoodsReceipt,
    Location,
    Product,
    ShortageReader,
    StockCountLine,
    Supplier,
    SupplierCategory,
    SupplierPriceList,
    SupplierProduct,
    SupplierReturnLine,
)
from inventory.operations import (
    Want,
    accept_devices,
    accept_import,
    accept_supplier_list,
    add_photo,
    charge_receipt,
    count_product,
    finish_count,
    open_count,
    record_demand,
    request_adjustment,
    take_back_charge,
    transfer_goods,
)
from inventory.operations.supplier_drafts import Aside, put_aside
from inventory.operations.supplier_returns import GoingBack, return_to_supplier
from messaging.models import ChannelState
from orders.models import Return
from orders.operations import (
    ReturnItem,
    confirm_order,
    deliver_order,
    issue_quotation,
    receive_return,
    request_return,
)
from pricing.operations import accept_prices, propose_change
from tests.factories.accounts import TeamFactory, UserFactory
from tests.factories.bank import BankAccountFactory, statement
from tests.factories.credit import (
    ask_refund,
    ask_write_off,
    bill,
    billed,
    in_parts,
    overdue_bill,
    pay,
    take_back,
)
from tests.factories.customers import AddressFactory, ContactFactory
from tests.factories.inventory import CategoryFactory, DeviceModelFactory, LocationFactory, picture
from tests.factories.messaging import OutboundMessageFactory
from tests.factories.orders import customer_with_credit, draft, now, receive, sellable_product
from tests.factories.pricing import PriceRuleFactory, base_list
from tests.factories.purchasing import arrive, ordered
from tests.factories.returns import places

COST, PRICE = Decimal("123.4567"), Decimal("917.31")
BETRAYED = {"123.45", "123.46", "1,587.71", "86.5"}
"""How that cost, and the margin on two pieces at that price, look on a page or in a file."""
THEIR_NAME = "Zanzibar Hidden Phones"
HIDDEN = {"Hidden Phones", "Hidden Owner", "Hidden Road", "98100 99999", "9810099999", "hidden@example.com"}
"""What nobody reads who may not see that customer."""


READERS = {"Ageing", "AgeingDocuments", "BankLineBook", "BankStatementDetail",
           "CategoryAdd", "CustomerAdd", "DeviceModelAdd", "CustomerSearch", "Find", "Live", "OrderAdd", "PaymentAdd",
           "ReturnAdd",
           "DunningLevelPreview", "FitReview", "Labels", "PriceSet", "ProductAdd", "ProductSearch",
           "ProductSpecifications", "StatementPage", "StockValuation", "TaskAdd", "TaskCalendar",
           "TimelinePanel", "Understood", "WhatFits", "WhyThisPrice"}  # fmt: skip
"""The screens beside lists that read their address."""


@dataclass
class Shop:
    """One customer with all that hangs on it."""

    customer: Customer
    pks: dict[str, Any] = field(default_factory=dict)
    number: str = ""
    token: str = ""
    checkout: str = ""
    quotation: str = ""
    rma: str = ""


@dataclass
class World:
    """`mine` belongs to nobody yet (see `as_role`), `theirs` to a representative of another team."""

    mine: Shop
    theirs: Shop
    goods: dict[str, Any]


@dataclass(frozen=True)
class Door:
    """One pattern of the site: its name (`credit:invoice_list`), the view behind it, what its address asks for."""

    name: str
    view: Any
    asks: tuple[str, ...]

    @property
    def screen(self) -> Any:
        return getattr(self.view, "view_class", None)

    @property
    def reads_its_address(self) -> bool:
        """Whether what stands behind the ? means something to it."""
        return hasattr(self.screen, "search") or getattr(self.screen, "__name__", "") in READERS

    def path(self, world: World, shop: Shop) -> str:
        """Its address for this shop's things, or for the goods, which belong to no customer."""
        known = {"number": shop.number, "token": shop.token, "kind": "money", "name": "stripe"}
        if self.name == "credit:retailer_paid":
            known["number"] = shop.checkout
        if self.name == "orders:retailer_quotation":
            known["number"] = shop.quotation
        if self.name == "orders:retailer_return":
            known["number"] = shop.rma
        if "pk" in self.asks:
            known["pk"] = {**shop.pks, **world.goods}[self.name]
        return reverse(self.name, kwargs={name: known[name] for name in self.asks})

    def is_about_a_customer(self, world: World) -> bool:
        return "number" in self.asks or ("pk" in self.asks and self.name not in world.goods)


def doors() -> list[Door]:
    """Every address of the site but the admin's, which Django guards, and the login package's."""
    return [door for door in all_doors() if not door.view.__module__.startswith("allauth.")]


def all_doors() -> list[Door]:
    return list(_walk(get_resolver().url_patterns))


def _walk(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[Door]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != admin.site.name:
                yield from _walk(
                    pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else space
                )
        else:
            yield Door(f"{space}{pattern.name}", pattern.callback, tuple(pattern.pattern.converters))


def make_world() -> World:
    """Two shops and their goods, made through the operations, so that the books are right."""
    product = sellable_product("DOOR-1", price=str(PRICE), on_hand=50, cost=str(COST), tax="18")
    dear = sellable_product("DOOR-2", price="10", on_hand=5, cost=str(COST))
    LocationFactory(name="Back room")
    product.compatibilities.create(
        device_model=DeviceModelFactory(name="Redmi Note 10"), confidence=Decimal("0.5"), state="learnt"
    )
    receive(product, 1, str(COST))
    rule = PriceRuleFactory(price_list=base_list(), product=dear, unit_price="11")
    mine = _shop("Corner Phones", UserFactory(role="Sales representative", team=TeamFactory()), product)
    stranger = UserFactory(role="Sales representative", team=TeamFactory())
    theirs = _shop(THEIR_NAME, stranger, product, phone="+919810099999", email="hidden@example.com")
    return World(mine, theirs, _goods(product, rule))


def _shop(name: str, representative: User, product: Any, **fields: Any) -> Shop:
    customer = customer_with_credit("1000000", name=name, representative=representative, **fields)
    word = name.split()[-2]
    contact = ContactFactory(customer=customer, name=f"{word} Owner")
    address = AddressFactory(customer=customer, street=f"{word} Road")
    order = draft(customer, (product, 2))
    invoice = bill(customer, total="500.00")
    parts = _in_parts(customer)
    note = take_back(bill(customer, total="100.00"))
    payment = pay(customer, "50.00")
    moved = {"credit_note": take_back(bill(customer, total="7.00")), "payment": pay(customer, "7.00")}
    link = make_link(invoice.account, invoice, at=now()).link
    assert isinstance(link, RetailerLink)
    message = OutboundMessageFactory(customer=customer, body=f"Dear {name}, thanks.", state="failed")
    rule = PriceRuleFactory(
        price_list=base_list(), product=product, customer=customer, unit_price="900", min_quantity=9
    )
    pks: dict[str, Any] = dict.fromkeys(OF_CUSTOMER, customer.pk)
    pks |= dict.fromkeys(["customers:contact_change", "customers:contact_remove"], contact.pk)
    pks |= dict.fromkeys(["customers:address_change", "customers:address_remove"], address.pk)
    pks |= {f"orders:order_{verb}": order.pk for verb in ORDER_VERBS}
    quoted = issue_quotation(
        order, kind="quotation", valid_until=local_date(now()), reference=name, by=None, at=now()
    )
    pks |= {f"orders:quotation_{verb}": quoted.pk for verb in ("pdf", "send")}
    pks |= {f"credit:{name}": invoice.pk for name in INVOICE_DOORS}
    pks |= {f"credit:credit_note_{verb}": note.pk for verb in ("detail", "send")}
    pks |= {f"credit:payment_{verb}": payment.pk for verb in ("pdf", "send")}
    pks |= {f"credit:payment_{verb}": payment.pk for verb in ("detail", "reverse")}
    pks |= {f"credit:{kind}_allocate": row.pk for kind, row in moved.items()}
    pks["credit:credit_note_pdf"] = note.pk
    pks |= parts
    pks |= {"credit:link_revoke": link.pk, "credit:link_replace": link.pk}
    pks |= {f"messaging:message_{verb}": message.pk for verb in ("detail", "resend", "cancel")}
    pks |= {"pricing:price_end": rule.pk}
    job = Job.objects.create(
        kind="core.list_bulk",  # a kind that asks for no right of its own
        title=name,
        asked_at=now(),
        by=representative if fields else None,
        sentence=name,
    )
    job.failures.create(number=1, what=name, sentence="No SKU.")
    pks |= {f"core:job_{what}": job.pk for what in ("detail", "progress", "cancel", "failures", "result")}
    task = add_task(
        f"Call {name}", assignee=representative, due_on=local_date(now()), about=customer, by=None, at=now()
    )
    pks |= {f"accounts:task_{verb}": task.pk for verb in TASK_VERBS}
    promise = record_promise(
        customer.pk, Decimal(10), promised_on=local_date(now()), reference=name, by=None, at=now()
    )
    pks |= {f"credit:promise_{verb}": promise.pk for verb in ("detail", "withdraw")}
    pks |= _limits(customer, name, word)
    dispute = raise_dispute(
        invoice, amount=Decimal(10), reason="other", reference=name, by=None, at=now(), by_retailer=True
    )
    pks |= {f"credit:dispute_{verb}": dispute.pk for verb in ("detail", "uphold", "reject", "withdraw")}
    checkout = Checkout.objects.create(
        provider="stripe",
        account=invoice.account,
        link=link,
        amount=10,
        currency="INR",
        key=name,
        asked_at=now(),
        expires_at=now(),
    )
    arrived = GatewayPayment.objects.create(
        provider="stripe",
        provider_payment_id=name,
        checkout=checkout,
        amount=10,
        currency="USD",
        outcome="other_currency",
        at=now(),
    )
    pks |= {"credit:gateway_payment_settle": arrived.pk}
    pks |= _dunned(customer, invoice, name) | _announced(customer) | _ready(customer, product)
    back = _back(customer)
    pks |= {f"orders:return_{verb}": back.pk for verb in RETURN_VERBS} | {
        "orders:return_settle": _came(customer, "shelf"),
        "orders:return_to_supplier": _came(customer, "supplier"),
    }
    pks |= _given(customer, invoice)
    return Shop(customer, pks, invoice.number, token_of(link), checkout.reference, quoted.number, back.number)


def _ready(customer: Customer, product: Any) -> dict[str, int]:
    """An order of which a part left, and a part is to be picked."""
    told: Any = {"by": None, "at": now()}
    order = confirm_order(draft(customer, (product, 3)), **told)
    order = deliver_order(order, pieces={order.lines.get().pk: 1}, **told)
    verbs = ("deliver_part", "close_short", "pick", "pick_list", "packing_slip")
    slip = {"orders:delivery_slip": order.deliveries.get().pk}
    return {f"orders:order_{verb}": order.pk for verb in verbs} | slip


RETURN_VERBS = ["detail", "accept", "reject", "cancel", "receive", "slip"]


def _back(customer: Customer) -> Return:
    """Goods that a shop asks to send back."""
    issued = bill(customer, billed("10.00", 3, sku="DOOR-2", description="Dear display"))
    told: Any = {"by": None, "at": now(), "from_shop": True, "reference": f"back:{customer.pk}"}
    return request_return(customer, [ReturnItem(issued.lines.get().pk, 2, "faulty")], **told)


def _came(customer: Customer, where: str) -> int:
    """Goods that came back, and wait to be settled."""
    places()
    issued = bill(customer, billed("10.00", 3, sku="DOOR-2", description="Dear display"))
    told: Any = {"by": None, "at": now()}
    row = request_return(
        customer,
        [ReturnItem(issued.lines.get().pk, 2, "faulty")],
        reference=f"came:{where}:{customer.pk}",
        **told,
    )
    return receive_return(row, {row.lines.get().pk: {where: 2}}, **told).pk


def _given(customer: Customer, invoice: Invoice) -> dict[str, int]:
    """What is given up and given back, asked for and approved, and money that can be.

    The last to be made: a new invoice takes the unallocated money that it finds.
    """
    approver = UserFactory(role="Credit controller")
    given_up, written = (ask_write_off(customer, {invoice.pk: Decimal(5)}) for _ in range(2))
    approve_write_off(written, by=approver, at=now())
    note = take_back(bill(customer, total="9.00"), settle=False)
    payment = pay(customer, "9.00", shares={})
    given_back, approved = (ask_refund(pay(customer, "6.00", shares={}), "5.00") for _ in range(2))
    approve_refund(approved, by=approver, at=now())
    asked, done = ("detail", "approve", "reject"), ("pdf", "send")
    return {
        **{f"credit:credit_note_{verb}": note.pk for verb in ("refund", "write_off")},
        **{f"credit:payment_{verb}": payment.pk for verb in ("refund", "write_off")},
        **{f"credit:write_off_{verb}": given_up.pk for verb in asked},
        **{f"credit:write_off_{verb}": written.pk for verb in ("recover", *done)},
        **{f"credit:refund_{verb}": given_back.pk for verb in asked},
        **{f"credit:refund_{verb}": approved.pk for verb in ("payout", "return", *done)},
    }


def _dunned(customer: Customer, invoice: Invoice, name: str) -> dict[str, int]:
    """What reminding leaves behind: a pause, an exemption, a late fee, a line in a run."""
    today = local_date(now())
    pause = pause_dunning(customer.pk, until=today, reason=name, by=None, at=now())
    exemption = exempt_from_fees(customer.pk, reason=name, by=None, at=now())
    policy, _made = LateFeePolicy.objects.get_or_create(
        name="Two percent", defaults={"rate": Decimal(2), "is_active": True}
    )
    fee = LateFee.objects.create(
        account=invoice.account,
        invoice=invoice,
        period="m1",
        policy=policy,
        base=invoice.total,
        days=3,
        net=Decimal(10),
        document=issue_debit_note(
            customer.pk,
            [charge_line("Late fee", Decimal(10))],
            kind="late_fee",
            about=invoice,
            reason=name,
            reference=f"fee:{name}",
            by=None,
            at=now(),
        ),
        on=today,
        at=now(),
    )
    run, _made = DunningRun.objects.get_or_create(key="doors", defaults={"on": today, "at": now()})
    run.notices.create(
        account=invoice.account, currency="INR", state="left_out", why=f"Paused for {name}", at=now()
    )
    return {
        "credit:dunning_resume": pause.pk,
        "credit:fee_exemption_end": exemption.pk,
        "credit:late_fee_waive": fee.pk,
    }


def _limits(customer: Customer, name: str, word: str) -> dict[str, Any]:
    limit = request_limit(
        customer.pk, "amount", Decimal(2_000_000), reason=f"{word} grows", reference=name, by=None, at=now()
    )
    approval = give_approval(
        customer.pk, Decimal(10), until=local_date(now()), reason=f"{word} once", by=None, at=now()
    )
    return {
        **{f"credit:limit_request_{verb}": limit.pk for verb in LIMIT_VERBS},
        **{f"credit:{door}": limit.account_id for door in ACCOUNT_DOORS},
        "credit:approval_withdraw": approval.pk,
    }


OF_CUSTOMER = [
    "credit:dunning_customer_panel", "credit:dunning_pause_add", "credit:fee_exempt",
    *(f"customers:customer_{verb}" for verb in ("detail", "change", "set_status", "photo")),
    "customers:timeline_panel", "customers:contact_add", "customers:address_add", "messaging:customer_panel",
    "orders:customer_panel", "credit:customer_panel", "credit:promise_add", "credit:account_change", "credit:ledger",
    "credit:customer_figures", "credit:rating", "credit:statement", "credit:statement_pdf", "credit:statement_send",
    "credit:rests", "credit:rests_use",
    "credit:ageing_documents", "credit:links_panel", "credit:account_link_make", "credit:links_revoke",
    "credit:call_add",
    "credit:limit_request_add",
    "credit:call_add", "orders:purchase_list", "orders:purchases_panel",
]  # fmt: skip
OF_CUSTOMER += ["credit:debit_note_add", "credit:write_off_add"]
LIMIT_VERBS = ["detail", "approve", "reject", "withdraw", "send_up"]
ACCOUNT_DOORS = [
    "account_detail",
    "account_assess",
    "account_review",
    "approval_add",
    "limit_history",
    "scorecard",
]
ORDER_VERBS = [
    "prioritise",
    "detail",
    "change",
    "confirm",
    "deliver",
    "cancel",
    "reopen",
    "release",
    "reject",
    "ask_again",
    "quote",
]
TASK_VERBS = ["detail", "change", "finish", "reopen", "hand_over"]
INVOICE_DOORS = ["invoice_detail", "invoice_pdf", "invoice_send", "link_make", "credit_note_add"]
INVOICE_DOORS += ["invoice_paper", "invoice_sheet", "dispute_add", "invoice_void"]
INVOICE_DOORS += ["dunning_invoice_panel", "invoice_dunning_pause"]


def _in_parts(customer: Customer) -> dict[str, int]:
    """An invoice to be paid in parts, and one that already is."""
    plain, planned = bill(customer, total="60.00"), bill(customer, total="60.00")
    in_parts(planned, (local_date(now()) + dt.timedelta(days=40), str(planned.outstanding)))
    return {"credit:instalment_plan": plain.pk, "credit:instalment_plan_cancel": planned.pk}


def _goods(product: Any, rule: Any) -> dict[str, Any]:
    reader, _new = ShortageReader.objects.get_or_create(user=UserFactory(role="Storekeeper"))
    table = ContentFile(b"SKU,Name,Price\nNEW-1,Redmi Note 10 combo,5\n", name="list.csv")
    batch = accept_import(table, by=None, at=now())
    batch.outcomes.create(number=2, outcome="refused", sentence="No SKU.", values=[["Rate", "5"]])
    phones = ContentFile(b"Brand,Name,Model code\nXiaomi,Redmi Note 10,M2101K7AG\n", name="phones.csv")
    list_of_phones = accept_devices(phones, by=None, at=now())
    record_demand([Want(words="moonphone 7")], "not_found", by=None, at=now())
    channel, _made = ChannelState.objects.update_or_create(
        channel="whatsapp", defaults={"paused_at": now(), "reason": "Twilio says no."}
    )
    overdue_bill(customer_with_credit("1000", name="Late Phones"), 60)
    slip = _slip(_cheque(customer_with_credit("1000", name="Cheque Phones"), "3"))
    of_product = ["inventory:product_detail", "inventory:product_change", "inventory:stock_adjust"]
    of_product += ["inventory:stock_transfer", "pricing:product_panel", "orders:product_panel"]
    of_product += [
        "inventory:product_cost_panel",
        "inventory:supplier_prices_panel",
        "inventory:fit_add",
        "inventory:product_photos",
        "inventory:product_photos_arrange",
        "inventory:barcode_give",
    ]
    photo = add_photo(product, picture(), by=None, at=now())
    fit = product.compatibilities.get()
    of_phone = [f"inventory:devicemodel_{what}" for what in ("detail", "change", "merge", "fit")]
    of_import = [f"inventory:import_{what}" for what in ("detail", "columns", "failures")]
    prices = ContentFile(b"SKU,Price\nDOOR-1,5\n", name="prices.csv")
    told = accept_prices(rule.price_list, prices, by=None, at=now(), reference="doors")
    change = propose_change(
        rule.price_list, [product.pk], starts_on=local_date(now()), reference="doors", by=None, at=now()
    )
    category = CategoryFactory(path="Displays > Doors")
    category.specifications.create(name="Size", kind="number", unit="in")
    verbs = ("detail", "rename", "move", "merge", "specifications")
    return {
        **_bank(),
        **{f"inventory:category_{verb}": category.pk for verb in verbs},
        **_supplier_lists(product),
        **_purchases(product),
        **_store(product),
        **dict.fromkeys(["credit:cheque_deposit_detail", "credit:cheque_deposit_pdf"], slip.pk),
        **dict.fromkeys(of_product, product.pk),
        **dict.fromkeys(of_import, batch.pk),
        **{
            f"inventory:device_import_{what}": list_of_phones.pk for what in ("detail", "columns", "failures")
        },
        **dict.fromkeys(["inventory:picture_small", "inventory:picture_large"], photo.pk),
        **dict.fromkeys(of_phone, fit.device_model_id),
        **dict.fromkeys(["inventory:fit_confirm", "inventory:fit_reject"], fit.pk),
        **_receipt(GoodsReceipt.objects.earliest("pk")),
        **{f"pricing:pricechange_{verb}": change.pk for verb in ("detail", "set", "undo", "drop")},
        **dict.fromkeys(["pricing:pricelist_copy", "pricing:priceimport_upload"], rule.price_list_id),
        "pricing:priceimport_columns": told.pk,
        "pricing:price_history_panel": product.pk,
        "inventory:shortage_reader_change": reader.pk,
        "pricing:pricelist_detail": rule.price_list_id,
        "pricing:price_set": rule.price_list_id,
        "messaging:channel_resume": channel.pk,
        "credit:dunning_run_detail": DunningRun.objects.earliest("pk").pk,
        "credit:dunning_level_preview": DunningLevel.objects.earliest("pk").pk,
        "credit:dunning_level_change": DunningLevel.objects.earliest("pk").pk,
        "credit:fee_policy_change": LateFeePolicy.objects.earliest("pk").pk,
    }


def _store(product: Any) -> dict[str, int]:
    """A count in each state that a door asks for, an adjustment and a transfer, and places where goods lie."""
    place, level = Location.objects.get(is_default=True), product.levels.get(location__is_default=True)
    empty = Location.objects.create(name="Annex")
    told: dict[str, Any] = {"by": None, "at": now()}
    products = [product.pk]

    def count(verb: str, pieces: int, **options: Any) -> StockCountLine:
        opened = open_count(
            location=place, scope="products", products=products, reference=f"doors:{verb}", **told, **options
        )
        return count_product(opened, product.pk, pieces, reference=f"doors:{verb}:1", **told)

    counting, waiting, given_up = count("open", 49, blind=False), count("review", 49), count("cancel", 49)
    finish_count(waiting.count, **told)
    asked = request_adjustment(
        product,
        location=place,
        quantity=45,
        reason="found",
        note="Behind a shelf",
        reference="doors:asked",
        **told,
    )
    again = request_adjustment(
        product, location=place, quantity=44, reason="found", reference="doors:again", **told
    )
    carried = transfer_goods(
        [(product.pk, 1)], source=place, destination=empty, reference="doors:carry", **told
    )
    back = {"source": empty, "destination": place, "reference": "doors:back", **told}
    transfer_goods([(product.pk, 1)], **back)
    return {
        **{f"inventory:count_{verb}": counting.count_id for verb in ("detail", "sheet", "lines", "finish")},
        "inventory:count_approve": waiting.count_id,
        "inventory:count_cancel": given_up.count_id,
        **{f"inventory:count_line_{verb}": counting.pk for verb in ("recount", "leave")},
        **{f"inventory:adjustment_{verb}": asked.pk for verb in ("detail", "approve")},
        "inventory:adjustment_reject": again.pk,
        **{f"inventory:transfer_{verb}": carried.pk for verb in ("detail", "pdf")},
        **{f"inventory:location_{verb}": empty.pk for verb in ("detail", "change", "close", "open")},
        **{f"inventory:level_{verb}": level.pk for verb in ("detail", "shelf", "move")},
        "inventory:stock_scrap": level.pk,
    }


def _receipt(receipt: GoodsReceipt) -> dict[str, int]:
    charge = charge_receipt(
        receipt, kind="freight", amount=Decimal("31.07"), reference="doors", by=None, at=now()
    )
    take_back_charge(charge, note="Another shipment", by=None, at=now())
    verbs = ("detail", "charge", "cost_panel")
    return {
        **{f"inventory:receipt_{verb}": receipt.pk for verb in verbs},
        "inventory:charge_back": charge.pk,
        "inventory:receipt_line_correct": receipt.lines.earliest("pk").pk,
    }


def _purchases(product: Any) -> dict[str, int]:
    """A supplier, what they sell, an open order of which a part came, a draft, and goods that went back."""
    order = ordered((product, 20, str(COST)))
    receipt = arrive(order, 5)
    draft_order = ordered((product, 2, str(COST)), supplier=order.supplier, sent=False)
    offer = SupplierProduct.objects.create(supplier=order.supplier, product=product, sku="D-1", price=COST)
    going = return_to_supplier(
        order.supplier,
        [GoingBack(product.pk, order.location_id, 1, receipt_line_id=receipt.lines.get().pk)],
        receipt=receipt,
        reference="doors:back",
        by=None,
        at=now(),
    )
    verbs = ("detail", "change", "contact")
    aside = [Aside(f"doors:{n}", product.pk, order.location_id, 1) for n in range(2)]
    put_aside(aside, by=None, at=now())
    off = SupplierReturnLine.objects.get(source="doors:1")
    return {
        "inventory:supplierreturn_send": off.supplier_return_id,
        "inventory:supplierreturn_take_off": off.pk,
        **{f"inventory:supplier_{verb}": order.supplier_id for verb in verbs},
        "inventory:supplierproduct_add": order.supplier_id,
        "inventory:supplierproduct_change": offer.pk,
        "inventory:offer_prices_panel": offer.pk,
        **{
            f"inventory:purchase_{verb}": order.pk for verb in ("detail", "pdf", "receive", "expect", "close")
        },
        **{f"inventory:purchase_{verb}": draft_order.pk for verb in ("change", "send")},
        **{f"inventory:supplierreturn_{verb}": going.pk for verb in ("detail", "settle", "pdf")},
    }


def _supplier_lists(product: Any) -> dict[str, int]:
    """A supplier's list that was compared, with a row to be settled, and one whose columns are asked for."""
    them = Supplier.objects.get_or_create(name="Door Parts", defaults={"currency": "INR"})[0]
    for verb in ("read", "fresh"):
        table = ContentFile(b"SKU,Name,Price\nS-1,Redmi Note 10 combo,123.4567\n", name="theirs.csv")
        made = accept_supplier_list(them, table, by=None, at=now(), reference=f"doors:{verb}")
        if verb == "read":
            read = made
    SupplierPriceList.objects.filter(pk=read.pk).update(state="done")
    claims = [product.pk, Product.objects.create(sku="DOOR-9", name="Redmi Note 10 combo").pk]
    row = read.entries.create(
        number=2, key="S-1", sku="S-1", name="Redmi Note 10 combo", price=COST, kind="conflict", state="open",
        claims=claims,
    )  # fmt: skip
    theirs = SupplierCategory.objects.get_or_create(supplier=them, theirs="Screens")[0]
    return {
        **{f"inventory:supplierlist_{verb}": read.pk for verb in ("detail", "compare", "undo")},
        "inventory:supplierlist_columns": made.pk,
        "inventory:supplierlist_settle": row.pk,
        "inventory:suppliercategory_change": theirs.pk,
    }


def _announced(customer: Customer) -> dict[str, int]:
    """Cheques in each state that a door asks for, and payments that wait for approval."""
    here, gone, wrong = (_cheque(customer, number) for number in "124")
    _slip(gone)
    _slip(wrong)
    pks = {f"credit:cheque_{verb}": here.pk for verb in ("detail", "return")}
    pks |= {f"credit:cheque_{verb}": gone.pk for verb in ("clear", "bounce")}
    pks["credit:cheque_take_back"] = wrong.pk
    for verbs in (("detail", "approve"), ("reject",), ("withdraw",)):
        notice = _notice(customer, verbs[0])
        pks |= {f"credit:notice_{verb}": notice.pk for verb in verbs}
    return pks


def _notice(customer: Customer, name: str) -> PaymentNotice:
    told: Any = {"method": "bank", "received_on": local_date(now()), "by": None, "at": now()}
    return announce_payment(customer.pk, Decimal(20), reference=f"{customer.pk}:{name}", **told)


def _cheque(customer: Customer, number: str) -> Cheque:
    told: Any = {
        "number": number,
        "bank": "State Bank",
        "dated_on": local_date(now()),
        "by": None,
        "at": now(),
    }
    return take_cheque(customer.pk, Decimal(30), reference=f"{customer.pk}:{number}", **told)


def _bank() -> dict[str, Any]:
    """Statements that were read and that wait, a line of each state, and an import of opening balances."""
    account = BankAccountFactory(name="Doors account")
    read = statement(account, "25/11/2025,UPI SOMEBODY,U1,,12.00", "26/11/2025,SMS CHARGES,,3.00,")
    waits = statement(BankAccountFactory(layout={}), "25/11/2025,UPI,U2,,5.00")
    line = read.lines.get(amount__gt=0)
    table = ContentFile(b"Customer,Document,Issued,Amount\nNobody,OLD-1,25/11/2025,5\n", name="old.csv")
    batch = accept_opening(table, as_of=local_date(now()), control_open=Decimal(5), by=None, at=now())
    batch.outcomes.create(number=2, outcome="refused", sentence="No date.", values=[["Amount", "5"]])
    verbs = ("detail", "columns", "failures")
    other = ContentFile(b"Customer,Document,Issued,Amount\nNobody,OLD-2,25/11/2025,5\n", name="older.csv")
    ended = accept_opening(other, as_of=local_date(now()), control_open=Decimal(5), by=None, at=now())
    ended.state = ended.State.DONE
    ended.save()
    return {
        "credit:bank_statement_detail": read.pk,
        "credit:bank_statement_confirm": read.pk,
        "credit:bank_statement_columns": waits.pk,
        "credit:bank_account_change": account.pk,
        **{f"credit:bank_line_{verb}": line.pk for verb in ("detail", "take", "book", "ignore", "undo")},
        **{f"credit:opening_{verb}": batch.pk for verb in verbs},
        "credit:opening_undo": ended.pk,
    }


def _slip(cheque: Cheque) -> ChequeDeposit:
    """A deposit slip; it belongs to no customer, and shows each the cheques in sight."""
    account, _made = BankAccount.objects.get_or_create(name="Main", bank="HDFC")
    told: Any = {"bank_account": account, "on": local_date(now()), "by": None, "at": now()}
    return deposit_cheques([cheque.pk], reference=f"slip:{cheque.pk}", **told)


def as_role(world: World, role: str) -> User:
    """Somebody who may do what the role may, and sees only the own customers; `world.mine` becomes theirs."""
    group, _made = Group.objects.get_or_create(name=f"{role}, own customers")
    group.permissions.set(_permissions(ROLES[role].permissions))
    user: User = UserFactory(name=role, team=world.mine.customer.representative.team)
    user.groups.add(group)
    assert user.sees == "own"
    Customer.objects.filter(pk=world.mine.customer.pk).update(representative=user)
    Job.objects.filter(pk=world.mine.pks["core:job_detail"]).update(by=user)
    Task.objects.filter(pk=world.mine.pks["accounts:task_detail"]).update(assignee=user)
    return user


def _permissions(names: frozenset[str]) -> list[Permission]:
    found = Permission.objects.select_related("content_type")
    return [p for p in found if f"{p.content_type.app_label}.{p.codename}" in names]


def text_of(response: Any) -> str:
    """All that an answer says: a page, a stream, JSON, the cells of a spreadsheet, and where it leads."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return "\n".join(book.read(name).decode() for name in book.namelist())
    return content.decode(errors="replace")


def tells(word: str, said: str) -> bool:
    """Whether an answer says a word. The end of a longer figure (of the moment a page was made) is not it, nor is the
    place of a mark in a chart (`x="86.54%"`)."""
    return bool(re.search(rf"(?<!\d){re.escape(word)}", PLACES_IN_A_CHART.sub("", said)))


PLACES_IN_A_CHART = re.compile(r' (?:x|y|x1|x2|y1|y2|cx|cy|width|height)="[\d.]+%"')


def fingerprint() -> dict[str, str]:
    """Every table of ours, by how many rows it has and what is in them: two that are equal, and nothing was changed."""
    with connection.cursor() as cursor:
        tables = [
            name for name in connection.introspection.table_names(cursor) if not name.startswith(UNTOLD)
        ]
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{name}', count(*) || ':' || coalesce(sum(hashtextextended(t::text, 0)), 0) FROM {name} t"  # noqa: S608
                for name in tables
            )
        )
        return dict(cursor.fetchall())


def rows_written() -> int:
    """How many rows this transaction has written so far, with what it took back. The same: nothing was changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables")
        return int(cursor.fetchone()[0] or 0)


UNTOLD = ("django_", "auth_", "account_", "mfa_", "accounts_user", "accounts_team")
