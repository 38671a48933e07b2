"""Doors of messaging: the queue, and what Twilio calls."""

from django.urls import path

from . import views

app_name = "messaging"
urlpatterns = [
    path("messages/", views.MessageList.as_view(), name="message_list"),
    path("messages/<int:pk>/", views.MessageDetail.as_view(), name="message_detail"),
    path("messages/<int:pk>/resend/", views.MessageResend.as_view(), name="message_resend"),
    path("messages/<int:pk>/cancel/", views.MessageCancel.as_view(), name="message_cancel"),
    path("messages/channels/<slug:pk>/resume/", views.ChannelResume.as_view(), name="channel_resume"),
    path("messages/customers/<int:pk>/", views.CustomerPanel.as_view(), name="customer_panel"),
    path("webhooks/twilio/status/", views.twilio_status, name="twilio_status"),
    path("webhooks/twilio/inbound/", views.twilio_inbound, name="twilio_inbound"),
]
