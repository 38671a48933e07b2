"""Doors of orders."""

from django.urls import path

from . import views

app_name = "orders"
urlpatterns = [
    path("orders/", views.OrderList.as_view(), name="order_list"),
    path("orders/backorders/", views.BackorderQueue.as_view(), name="backorder_queue"),
    path("orders/<int:pk>/priority/", views.OrderPrioritise.as_view(), name="order_prioritise"),
    path("orders/holds/", views.HoldQueue.as_view(), name="hold_queue"),
    path("orders/quotations/", views.QuotationList.as_view(), name="quotation_list"),
    path("orders/quotations/<int:pk>/pdf/", views.QuotationPdf.as_view(), name="quotation_pdf"),
    path("orders/quotations/<int:pk>/send/", views.QuotationSend.as_view(), name="quotation_send"),
    path(
        "r/<str:token>/quotation/<str:number>/", views.RetailerQuotation.as_view(), name="retailer_quotation"
    ),
    path("orders/<int:pk>/quote/", views.OrderQuote.as_view(), name="order_quote"),
    path("orders/picks/", views.PickQueue.as_view(), name="pick_queue"),
    path("orders/<int:pk>/pick/", views.OrderPick.as_view(), name="order_pick"),
    path("orders/<int:pk>/pick/list/", views.OrderPickList.as_view(), name="order_pick_list"),
    path("orders/<int:pk>/packing-slip/", views.OrderPackingSlip.as_view(), name="order_packing_slip"),
    path("orders/<int:pk>/deliver/part/", views.OrderDeliverPart.as_view(), name="order_deliver_part"),
    path("orders/deliveries/", views.DeliveryList.as_view(), name="delivery_list"),
    path("orders/deliveries/<int:pk>/slip/", views.DeliverySlip.as_view(), name="delivery_slip"),
    path("orders/returns/", views.ReturnList.as_view(), name="return_list"),
    path("orders/returns/new/", views.ReturnAdd.as_view(), name="return_add"),
    path("orders/returns/<int:pk>/", views.ReturnDetail.as_view(), name="return_detail"),
    path("orders/returns/<int:pk>/accept/", views.ReturnAccept.as_view(), name="return_accept"),
    path("orders/returns/<int:pk>/reject/", views.ReturnReject.as_view(), name="return_reject"),
    path("orders/returns/<int:pk>/cancel/", views.ReturnCancel.as_view(), name="return_cancel"),
    path("orders/returns/<int:pk>/receive/", views.ReturnReceive.as_view(), name="return_receive"),
    path("orders/returns/<int:pk>/settle/", views.ReturnSettle.as_view(), name="return_settle"),
    path("orders/returns/<int:pk>/to-supplier/", views.ReturnToSupplier.as_view(), name="return_to_supplier"),
    path("orders/returns/<int:pk>/slip/", views.ReturnSlip.as_view(), name="return_slip"),
    path("r/<str:token>/return/<str:number>/", views.RetailerReturn.as_view(), name="retailer_return"),
    path("r/<str:token>/send-back/<str:number>/", views.ShopReturn.as_view(), name="shop_return"),
    path("orders/new/", views.OrderAdd.as_view(), name="order_add"),
    path("orders/<int:pk>/", views.OrderDetail.as_view(), name="order_detail"),
    path("orders/<int:pk>/change/", views.OrderChange.as_view(), name="order_change"),
    path("orders/<int:pk>/confirm/", views.OrderConfirm.as_view(), name="order_confirm"),
    path("orders/<int:pk>/deliver/", views.OrderDeliver.as_view(), name="order_deliver"),
    path("orders/<int:pk>/cancel/", views.OrderCancel.as_view(), name="order_cancel"),
    path("orders/<int:pk>/close-short/", views.OrderCloseShort.as_view(), name="order_close_short"),
    path("orders/<int:pk>/reopen/", views.OrderReopen.as_view(), name="order_reopen"),
    path("orders/<int:pk>/ask-again/", views.OrderAskAgain.as_view(), name="order_ask_again"),
    path("orders/<int:pk>/release/", views.OrderRelease.as_view(), name="order_release"),
    path("orders/<int:pk>/reject/", views.OrderReject.as_view(), name="order_reject"),
    path("r/<str:token>/received/<str:number>/", views.ShopReceived.as_view(), name="shop_received"),
    path("r/<str:token>/again/<str:number>/", views.ShopAgain.as_view(), name="shop_again"),
    path("orders/of-product/<int:pk>/", views.ProductPanel.as_view(), name="product_panel"),
    path("orders/of/<int:pk>/purchases/", views.PurchaseList.as_view(), name="purchase_list"),
    path("orders/of/<int:pk>/purchases/panel/", views.PurchasesPanel.as_view(), name="purchases_panel"),
    path("orders/of/<int:pk>/", views.CustomerPanel.as_view(), name="customer_panel"),
]
