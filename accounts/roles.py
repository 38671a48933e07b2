"""The roles of Tradeline as code: who may do which verb, how far they see, how much over a limit they may approve.

`migrate` copies them into Django groups, so admin and `has_perm` know them; the code is what counts.
A super admin is a Django superuser and may do everything.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class Visibility(StrEnum):
    """Whose customers, orders and documents a person sees."""

    OWN = "own"
    TEAM = "team"
    ALL = "all"


class Role(NamedTuple):
    """One role: its name on screen, its permissions (`app.verb_model`), its sight and its authority.

    `authority` is how far above a customer's limit, in the base currency, the role may let one order go;
    None means without bound.
    """

    name: str
    sees: Visibility
    permissions: frozenset[str]
    authority: Decimal | None = Decimal(0)


def _view(*models: str) -> set[str]:
    return {f"{app}.view_{model}" for app, model in (m.split(".") for m in models)}


LOOK = _view(
    "customers.customer",
    "customers.contact",
    "customers.address",
    "inventory.product",
    "inventory.category",
    "inventory.devicemodel",
    "inventory.stocklevel",
    "pricing.pricelist",
    "pricing.pricerule",
    "pricing.taxrate",
    "orders.order",
    "orders.quotation",
    "orders.return",
    "orders.delivery",
    "credit.creditaccount",
    "credit.invoice",
    "credit.payment",
    "credit.paymentnotice",
    "credit.cheque",
    "credit.promisetopay",
    "credit.dispute",
    "credit.collectioncall",
    "credit.creditnote",
    "credit.writeoff",
    "credit.refund",
    "credit.limitrequest",
)
SELL = LOOK | {
    "customers.add_customer",
    "customers.change_customer",
    "orders.add_order",
    "orders.change_order",
    "orders.confirm_order",
    "orders.cancel_order",
    "orders.issue_quotation",
    "orders.add_return",
    "orders.view_backorderqueue",
    "messaging.view_outboundmessage",
    "messaging.queue_message",
    "credit.record_promisetopay",
    "credit.view_dunningnotice",
    "credit.raise_dispute",
    "credit.record_collectioncall",
    "credit.add_limitrequest",
}
READ_DUNNING = _view(
    "credit.dunningrun",
    "credit.dunningnotice",
    "credit.dunninglevel",
    "credit.dunningpause",
    "credit.latefee",
    "credit.latefeepolicy",
    "credit.feeexemption",
)
DUN = READ_DUNNING | {
    "credit.run_dunning",
    "credit.pause_dunning",
    "credit.charge_latefee",
    "credit.waive_latefee",
    "credit.exempt_from_fees",
}
SET_DUNNING = {
    "credit.add_dunninglevel",
    "credit.change_dunninglevel",
    "credit.change_dunningsettings",
    "credit.add_latefeepolicy",
    "credit.change_latefeepolicy",
}
CONTROL = (
    LOOK
    | _view("messaging.outboundmessage", "credit.creditdecision", "credit.receivableentry")
    | {
        "credit.record_payment",
        "credit.approve_paymentnotice",
        "credit.allocate_payment",
        "credit.take_cheque",
        "credit.deposit_cheque",
        "credit.settle_cheque",
        "credit.view_chequedeposit",
        "credit.add_bankaccount",
        "credit.settle_gatewaypayment",
        "credit.reverse_payment",
        "credit.record_promisetopay",
        "credit.withdraw_promisetopay",
        "credit.raise_dispute",
        "credit.decide_dispute",
        "credit.record_collectioncall",
        "credit.change_creditaccount",
        "credit.import_creditaccount",
        "credit.add_limitrequest",
        "credit.approve_limitrequest",
        "credit.add_creditapproval",
        "credit.view_ageing",
        "credit.issue_creditnote",
        "credit.agree_instalmentplan",
        "credit.issue_debitnote",
        "credit.request_writeoff",
        "credit.approve_writeoff",
        "credit.request_refund",
        "credit.approve_refund",
        "credit.payout_refund",
        "credit.revoke_retailerlink",
        *DUN,
        "orders.release_order",
        "orders.cancel_order",
        "orders.view_holdqueue",
        "orders.add_return",
        "orders.accept_return",
        "orders.settle_return",
        "messaging.resend_message",
        "messaging.cancel_message",
        "customers.change_customer",
        "customers.set_status",
        "customers.see_tax_id",
    }
)
BANK = _view("credit.bankstatement", "credit.bankaccount") | {
    "credit.import_bankstatement",
    "credit.change_bankaccount",
    "credit.import_openings",
    "credit.view_openingimport",
}
CATALOGUE = _view("inventory.category") | {
    "inventory.add_product",
    "inventory.change_product",
    "inventory.import_products",
    "inventory.add_category",
    "inventory.change_category",
    "inventory.delete_category",
    "inventory.add_devicemodel",
    "inventory.change_devicemodel",
    "inventory.delete_devicemodel",
    "inventory.review_compatibility",
    "inventory.print_labels",
    "inventory.import_devices",
    "inventory.view_unmetdemand",
}
BOUGHT = _view(
    "inventory.supplier", "inventory.supplierproduct", "inventory.purchaseorder", "inventory.supplierreturn"
)
BUY = BOUGHT | {
    "inventory.add_supplier",
    "inventory.change_supplier",
    "inventory.add_supplierproduct",
    "inventory.change_supplierproduct",
    "inventory.add_purchaseorder",
    "inventory.change_purchaseorder",
    "inventory.send_purchaseorder",
    "inventory.close_purchaseorder",
    "inventory.receive_goods",
    "inventory.add_supplierreturn",
    "inventory.settle_supplierreturn",
}
"""What a buyer does. Prices of suppliers are costs: they are read with `inventory.view_cost`."""

STORE = _view(
    "customers.customer",
    "inventory.product",
    "inventory.devicemodel",
    "inventory.stocklevel",
    "inventory.stockmove",
    "inventory.goodsreceipt",
    "orders.order",
    "orders.return",
    "orders.delivery",
) | {
    *CATALOGUE,
    *BOUGHT,
    "inventory.add_supplierreturn",
    "inventory.receive_goods",
    "inventory.adjust_stock",
    "inventory.transfer_stock",
    "inventory.view_location",
    "inventory.add_location",
    "inventory.change_location",
    "inventory.change_stocklevel",
    "inventory.view_stocktransfer",
    "inventory.view_adjustment",
    "inventory.view_stockcount",
    "inventory.add_stockcount",
    "inventory.count_stock",
    "inventory.import_products",
    "inventory.view_shortage",
    "orders.view_backorderqueue",
    "orders.deliver_order",
    "orders.pick_order",
    "orders.add_return",
    "orders.receive_return",
}

ROLES = {
    role.name: role
    for role in (
        Role("Sales representative", Visibility.OWN, frozenset(SELL)),
        Role(
            "Sales manager",
            Visibility.TEAM,
            frozenset(
                SELL
                | CONTROL
                | {
                    "inventory.view_shortage",
                    "inventory.change_shortagereader",
                    "inventory.view_shortagereader",
                    "orders.prioritise_order",
                    "orders.deliver_order",
                    "orders.pick_order",
                    "orders.receive_return",
                    "orders.waive_restocking_fee",
                    "orders.reopen_order",
                    "orders.sell_below_cost",
                    "pricing.change_pricerule",
                    "pricing.add_pricerule",
                    "pricing.add_pricelist",
                    "pricing.view_pricechange",
                    "pricing.add_pricechange",
                    "pricing.set_pricechange",
                    "pricing.undo_pricechange",
                    "pricing.import_pricerule",
                    "inventory.review_compatibility",
                    "inventory.print_labels",
                    "inventory.import_devices",
                    "inventory.view_unmetdemand",
                    "inventory.import_products",
                    *BUY,
                    "inventory.view_cost",
                    "inventory.view_supplierpricelist",
                    "inventory.import_supplierpricelist",
                    "inventory.decide_supplierpricelist",
                    "inventory.charge_receipt",
                    "inventory.correct_receipt",
                    "inventory.view_stockmove",
                    "inventory.view_goodsreceipt",
                    "inventory.view_location",
                    "inventory.view_stocktransfer",
                    "inventory.view_adjustment",
                    "inventory.approve_adjustment",
                    "inventory.view_stockcount",
                    "inventory.add_stockcount",
                    "inventory.count_stock",
                    "inventory.approve_stockcount",
                    "accounts.oversee_task",
                }
            ),
            Decimal("200000"),
        ),
        Role(
            "Credit controller",
            Visibility.ALL,
            frozenset(CONTROL | BANK | SET_DUNNING | {"orders.reopen_order"}),
            Decimal("50000"),
        ),
        Role("Storekeeper", Visibility.ALL, frozenset(STORE)),
        Role(
            "Advertising manager",
            Visibility.ALL,
            frozenset(_view("customers.customer", "inventory.product", "messaging.outboundmessage")),
        ),
        Role(
            "Support agent",
            Visibility.ALL,
            frozenset(
                LOOK
                | {
                    "messaging.view_outboundmessage",
                    "messaging.queue_message",
                    "orders.add_return",
                    "orders.accept_return",
                }
            ),
        ),
        Role(
            "Accountant",
            Visibility.ALL,
            frozenset(
                LOOK
                | BANK
                | _view("credit.receivableentry", "credit.creditdecision", "inventory.stockmove")
                | _view("inventory.adjustment", "inventory.stockcount", "inventory.location")
                | BOUGHT
                | {
                    "credit.view_ageing",
                    "inventory.charge_receipt",
                    "inventory.view_goodsreceipt",
                    "inventory.view_cost",
                    "credit.record_payment",
                    "credit.request_writeoff",
                    "credit.request_refund",
                    "credit.payout_refund",
                    "credit.approve_paymentnotice",
                    "credit.allocate_payment",
                    "credit.take_cheque",
                    "credit.deposit_cheque",
                    "credit.settle_cheque",
                    "credit.view_chequedeposit",
                    "credit.add_bankaccount",
                    "pricing.add_taxrate",
                }
                | READ_DUNNING
                | {"reports.view_bookscheck", "reports.add_bookscheck", "customers.see_tax_id"}
            ),
        ),
    )
}
