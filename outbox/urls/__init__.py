"""The mailbox page of the embedded engines."""

from django.urls import path

from outbox.views import mailbox

app_name = "outbox"

urlpatterns = [
    path("", mailbox.mailbox, name="mailbox"),
    path("<uuid:mail_id>/", mailbox.message, name="message"),
    path("<uuid:mail_id>/html/", mailbox.message_html, name="message_html"),
]
