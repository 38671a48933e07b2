"""Doors of the kernel. Paths under `_/` are for the interface itself."""

from django.urls import path

from . import views

app_name = "core"
urlpatterns = [
    path("_/theme/", views.Theme.as_view(), name="theme"),
    path("_/language/", views.Language.as_view(), name="language"),
    path("_/understood/<slug:kind>/", views.Understood.as_view(), name="understood"),
    path("_/components/", views.Components.as_view(), name="components"),
]
