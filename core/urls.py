"""Doors of the kernel. Paths under `_/` are for the interface itself."""

from django.urls import path

from . import shell, views
from .jobs import views as jobs

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
    path("jobs/", jobs.JobList.as_view(), name="job_list"),
    path("jobs/<int:pk>/", jobs.JobDetail.as_view(), name="job_detail"),
    path("jobs/<int:pk>/progress/", jobs.JobProgress.as_view(), name="job_progress"),
    path("jobs/<int:pk>/cancel/", jobs.JobCancel.as_view(), name="job_cancel"),
    path("jobs/<int:pk>/refused/", jobs.JobFailures.as_view(), name="job_failures"),
    path("jobs/<int:pk>/result/", jobs.JobResult.as_view(), name="job_result"),
]
