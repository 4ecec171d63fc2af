"""Addresses outside of an organization: help, and what the mail provider hands over."""

from django.urls import URLPattern

outside: list[URLPattern] = []
