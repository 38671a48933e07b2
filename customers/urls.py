"""Doors of the customers."""

from django.urls import path

from . import views

app_name = "customers"
urlpatterns = [
    path("customers/", views.CustomerList.as_view(), name="customer_list"),
    path("customers/search/", views.CustomerSearch.as_view(), name="customer_search"),
    path("customers/add/", views.CustomerAdd.as_view(), name="customer_add"),
    path("customers/<int:pk>/", views.CustomerDetail.as_view(), name="customer_detail"),
    path("customers/<int:pk>/change/", views.CustomerChange.as_view(), name="customer_change"),
    path("customers/<int:pk>/status/", views.CustomerSetStatus.as_view(), name="customer_set_status"),
    path("customers/<int:pk>/photo/", views.CustomerPhoto.as_view(), name="customer_photo"),
    path("customers/<int:pk>/timeline/", views.TimelinePanel.as_view(), name="timeline_panel"),
    path("customers/<int:pk>/contacts/add/", views.ContactAdd.as_view(), name="contact_add"),
    path("customers/contacts/<int:pk>/change/", views.ContactChange.as_view(), name="contact_change"),
    path("customers/contacts/<int:pk>/remove/", views.ContactRemove.as_view(), name="contact_remove"),
    path("customers/<int:pk>/addresses/add/", views.AddressAdd.as_view(), name="address_add"),
    path("customers/addresses/<int:pk>/change/", views.AddressChange.as_view(), name="address_change"),
    path("customers/addresses/<int:pk>/remove/", views.AddressRemove.as_view(), name="address_remove"),
]
