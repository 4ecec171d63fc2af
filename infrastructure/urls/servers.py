"""Addresses of servers."""

from django.urls import URLPattern, path

from infrastructure.views import servers as views

servers: list[URLPattern] = [path("", views.index, name="servers")]
