"""Doors of tasks. (Logging in is allauth's, under `accounts/`.)"""

from django.urls import path

from . import views

app_name = "accounts"
urlpatterns = [
    path("tasks/", views.TaskList.as_view(), name="task_list"),
    path("tasks/calendar/", views.TaskCalendar.as_view(), name="task_calendar"),
    path("tasks/new/", views.TaskAdd.as_view(), name="task_add"),
    path("tasks/<int:pk>/", views.TaskDetail.as_view(), name="task_detail"),
    path("tasks/<int:pk>/change/", views.TaskChange.as_view(), name="task_change"),
    path("tasks/<int:pk>/done/", views.TaskFinish.as_view(), name="task_finish"),
    path("tasks/<int:pk>/open/", views.TaskReopen.as_view(), name="task_reopen"),
    path("tasks/<int:pk>/hand-over/", views.TaskHandOver.as_view(), name="task_hand_over"),
]
