"""Doors of pricing."""

from django.urls import path

from . import views

app_name = "pricing"
urlpatterns = [
    path("prices/", views.PriceListList.as_view(), name="pricelist_list"),
    path("prices/lists/new/", views.PriceListNew.as_view(), name="pricelist_new"),
    path("prices/lists/<int:pk>/", views.PriceListDetail.as_view(), name="pricelist_detail"),
    path("prices/lists/<int:pk>/set/", views.PriceSet.as_view(), name="price_set"),
    path("prices/<int:pk>/end/", views.PriceEnd.as_view(), name="price_end"),
    path("prices/why/", views.WhyThisPrice.as_view(), name="price_explain"),
    path("prices/taxes/", views.TaxRateList.as_view(), name="taxrate_list"),
    path("prices/taxes/set/", views.TaxRateSet.as_view(), name="taxrate_set"),
    path("prices/changes/", views.PriceChangeList.as_view(), name="pricechange_list"),
    path("prices/changes/new/", views.PriceChangeNew.as_view(), name="pricechange_new"),
    path("prices/changes/<int:pk>/", views.PriceChangeDetail.as_view(), name="pricechange_detail"),
    path("prices/changes/<int:pk>/set/", views.PriceChangeSet.as_view(), name="pricechange_set"),
    path("prices/changes/<int:pk>/undo/", views.PriceChangeUndo.as_view(), name="pricechange_undo"),
    path("prices/changes/<int:pk>/drop/", views.PriceChangeDrop.as_view(), name="pricechange_drop"),
    path("prices/products/<int:pk>/", views.ProductPanel.as_view(), name="product_panel"),
    path("prices/lists/<int:pk>/copy/", views.PriceListCopy.as_view(), name="pricelist_copy"),
    path("prices/lists/<int:pk>/import/", views.PriceImportUpload.as_view(), name="priceimport_upload"),
    path("prices/imports/<int:pk>/columns/", views.PriceImportColumns.as_view(), name="priceimport_columns"),
    path("prices/promotions/", views.PromotionList.as_view(), name="promotion_list"),
    path("prices/promotions/new/", views.PromotionNew.as_view(), name="promotion_new"),
    path("prices/customers/", views.CustomerPriceList.as_view(), name="customerprice_list"),
    path("prices/products/<int:pk>/history/", views.PriceHistoryPanel.as_view(), name="price_history_panel"),
]
