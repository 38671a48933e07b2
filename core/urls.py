"""Doors of the kernel. Paths under `_/` are for the interface itself."""

from django.urls import path

from . import shell, views

app_name = "core"
urlpatterns = [
    path("_/theme/", views.Theme.as_view(), name="theme"),
    path("_/density/", views.Density.as_view(), name="density"),
    path("_/language/", views.Language.as_view(), name="language"),
    path("_/understood/<slug:kind>/", views.Understood.as_view(), name="understood"),
    path("_/live/", shell.Live.as_view(), name="live"),
    path("_/find/", shell.Find.as_view(), name="find"),
    path("_/bell/", shell.Bell.as_view(), name="bell"),
    path("notifications/", shell.NotificationList.as_view(), name="notification_list"),
    path("notifications/read/", shell.NotificationsRead.as_view(), name="notifications_read"),
    path("_/components/", views.Components.as_view(), name="components"),
]
