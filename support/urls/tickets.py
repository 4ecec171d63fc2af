"""Addresses of tickets."""

from django.urls import URLPattern, path

from support.views import attachments
from support.views import tickets as views

tickets: list[URLPattern] = [
    path("", views.index, name="tickets"),
    path("new/", views.create, name="ticket_new"),
    path("export/", views.export, name="tickets_export"),
    path("<uuid:pk>/", views.detail, name="ticket"),
    path("<uuid:pk>/messages/", views.write, name="message_new"),
    path("<uuid:pk>/solution/", views.solve, name="ticket_solution"),
    path("<uuid:pk>/reopening/", views.reopen, name="ticket_reopening"),
    path("<uuid:pk>/attachments/<uuid:file>/", attachments.attachment, name="attachment"),
]
