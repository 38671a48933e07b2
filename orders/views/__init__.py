"""Pages of orders."""

from .backorders import BackorderQueue, OrderPrioritise
from .counter import OrderAdd, OrderChange
from .deliveries import DeliveryList, DeliverySlip, OrderDeliverPart, OrderPackingSlip, OrderPickList
from .lists import CustomerPanel, HoldQueue, OrderList
from .picking import OrderPick, PickQueue
from .purchases import PurchaseList, PurchasesPanel
from .quotations import (
    OrderQuote,
    QuotationList,
    QuotationPdf,
    QuotationSend,
    RetailerQuotation,
)
from .record import OrderDetail, ProductPanel
from .returns import (
    ReturnAccept,
    ReturnAdd,
    ReturnCancel,
    ReturnDetail,
    ReturnList,
    ReturnReceive,
    ReturnReject,
    ReturnSettle,
    ReturnSlip,
    ReturnToSupplier,
)
from .shop import ShopAgain, ShopReceived
from .shop_returns import RetailerReturn, ShopReturn
from .verbs import (
    OrderAskAgain,
    OrderCancel,
    OrderCloseShort,
    OrderConfirm,
    OrderDeliver,
    OrderReject,
    OrderRelease,
    OrderReopen,
)

__all__ = [
    "BackorderQueue",
    "CustomerPanel",
    "DeliveryList",
    "DeliverySlip",
    "HoldQueue",
    "OrderAdd",
    "OrderAskAgain",
    "OrderCancel",
    "OrderChange",
    "OrderCloseShort",
    "OrderConfirm",
    "OrderDeliver",
    "OrderDeliverPart",
    "OrderDetail",
    "OrderList",
    "OrderPackingSlip",
    "OrderPick",
    "OrderPickList",
    "OrderPrioritise",
    "OrderQuote",
    "OrderReject",
    "OrderRelease",
    "OrderReopen",
    "PickQueue",
    "ProductPanel",
    "PurchaseList",
    "PurchasesPanel",
    "QuotationList",
    "QuotationPdf",
    "QuotationSend",
    "RetailerQuotation",
    "RetailerReturn",
    "ReturnAccept",
    "ReturnAdd",
    "ReturnCancel",
    "ReturnDetail",
    "ReturnList",
    "ReturnReceive",
    "ReturnReject",
    "ReturnSettle",
    "ReturnSlip",
    "ReturnToSupplier",
    "ShopAgain",
    "ShopReceived",
    "ShopReturn",
]
