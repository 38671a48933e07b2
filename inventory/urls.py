"""Doors of the goods."""

from django.urls import path

from . import views

app_name = "inventory"
urlpatterns = [
    path("stock/", views.ProductList.as_view(), name="product_list"),
    path("stock/search/", views.ProductSearch.as_view(), name="product_search"),
    path("stock/add/", views.ProductAdd.as_view(), name="product_add"),
    path("stock/<int:pk>/", views.ProductDetail.as_view(), name="product_detail"),
    path("stock/<int:pk>/change/", views.ProductChange.as_view(), name="product_change"),
    path("stock/<int:pk>/adjust/", views.StockAdjust.as_view(), name="stock_adjust"),
    path("stock/<int:pk>/transfer/", views.StockTransfer.as_view(), name="stock_transfer"),
    path("stock/specifications/", views.ProductSpecifications.as_view(), name="product_specifications"),
    path("stock/categories/", views.CategoryList.as_view(), name="category_list"),
    path("stock/categories/add/", views.CategoryAdd.as_view(), name="category_add"),
    path("stock/categories/<int:pk>/", views.CategoryDetail.as_view(), name="category_detail"),
    path("stock/categories/<int:pk>/rename/", views.CategoryRename.as_view(), name="category_rename"),
    path("stock/categories/<int:pk>/move/", views.CategoryMove.as_view(), name="category_move"),
    path("stock/categories/<int:pk>/merge/", views.CategoryMerge.as_view(), name="category_merge"),
    path(
        "stock/categories/<int:pk>/specifications/",
        views.CategorySpecifications.as_view(),
        name="category_specifications",
    ),
    path("stock/devices/", views.DeviceModelList.as_view(), name="devicemodel_list"),
    path("stock/fits/", views.WhatFits.as_view(), name="what_fits"),
    path("stock/moves/", views.StockMoveList.as_view(), name="stockmove_list"),
    path("stock/receipts/", views.GoodsReceiptList.as_view(), name="receipt_list"),
    path("stock/receipts/new/", views.GoodsReceive.as_view(), name="goods_receive"),
    path("stock/receipts/<int:pk>/", views.GoodsReceiptDetail.as_view(), name="receipt_detail"),
    path("stock/imports/", views.ImportList.as_view(), name="import_list"),
    path("stock/imports/new/", views.ImportUpload.as_view(), name="import_upload"),
    path("stock/imports/<int:pk>/", views.ImportDetail.as_view(), name="import_detail"),
    path("stock/imports/<int:pk>/columns/", views.ImportColumns.as_view(), name="import_columns"),
    path("stock/imports/<int:pk>/refused/", views.ImportFailures.as_view(), name="import_failures"),
    path("purchasing/lists/", views.SupplierListList.as_view(), name="supplierlist_list"),
    path("purchasing/lists/new/", views.SupplierListAdd.as_view(), name="supplierlist_add"),
    path("purchasing/lists/<int:pk>/", views.SupplierListDetail.as_view(), name="supplierlist_detail"),
    path(
        "purchasing/lists/<int:pk>/columns/",
        views.SupplierListColumns.as_view(),
        name="supplierlist_columns",
    ),
    path(
        "purchasing/lists/<int:pk>/compare/",
        views.SupplierListCompare.as_view(),
        name="supplierlist_compare",
    ),
    path("purchasing/lists/<int:pk>/undo/", views.SupplierListUndo.as_view(), name="supplierlist_undo"),
    path(
        "purchasing/lists/rows/<int:pk>/settle/",
        views.SupplierListSettle.as_view(),
        name="supplierlist_settle",
    ),
    path(
        "purchasing/lists/categories/",
        views.SupplierCategoryList.as_view(),
        name="suppliercategory_list",
    ),
    path(
        "purchasing/lists/categories/<int:pk>/",
        views.SupplierCategoryChange.as_view(),
        name="suppliercategory_change",
    ),
]
