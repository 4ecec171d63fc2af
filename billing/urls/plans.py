"""Addresses of the plan."""

from django.urls import URLPattern

plan: list[URLPattern] = []
