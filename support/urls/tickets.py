"""Addresses of tickets."""

from django.urls import URLPattern

tickets: list[URLPattern] = []
