"""The mailbox page of the embedded engines."""

from django.urls import path

from outbox import views

app_name = "outbox"

urlpatterns = [
    path("", views.mailbox, name="mailbox"),
    path("<uuid:mail_id>/", views.message, name="message"),
    path("<uuid:mail_id>/html/", views.message_html, name="message_html"),
]
