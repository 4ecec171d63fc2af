"""The address of support as a whole."""

from django.urls import URLPattern, path

from support.views import overview as views

overview: list[URLPattern] = [path("", views.overview, name="overview")]
