"""Addresses of invoices, and of whom they are made out to."""

from django.urls import URLPattern

invoices: list[URLPattern] = []

details: list[URLPattern] = []
