"""Every door of the site. Each app names its own URLs; login is required unless a view says otherwise."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("", include("core.urls")),
    path("", include("accounts.urls")),
    path("", include("customers.urls")),
    path("", include("messaging.urls")),
    path("", include("credit.urls")),
    path("", include("inventory.urls")),
    path("", include("pricing.urls")),
    path("", include("orders.urls")),
    path("", include("reports.urls")),
]
