"""Addresses of the plan."""

from django.urls import URLPattern, path

from billing.views import plans as views

plan: list[URLPattern] = [
    path("plan/", views.index, name="plan"),
    path("plan/change/", views.change, name="plan_change"),
    path("plan/cancellation/", views.cancellation, name="plan_cancellation"),
    path("plan/resumption/", views.resumption, name="plan_resumption"),
]
