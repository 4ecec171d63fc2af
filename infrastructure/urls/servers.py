"""Addresses of servers."""

from django.urls import URLPattern, path

from infrastructure.views import server_tokens
from infrastructure.views import servers as views

servers: list[URLPattern] = [
    path("", views.index, name="servers"),
    path("tokens/new/", server_tokens.create, name="server_token_new"),
    path("tokens/<uuid:pk>/revocation/", server_tokens.revoke, name="server_token_revocation"),
    path("<uuid:pk>/", views.server, name="server"),
    path("<uuid:pk>/disconnection/", views.disconnection, name="server_disconnection"),
]
