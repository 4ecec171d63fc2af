"""Addresses of accounts that are for everybody, signed in or not."""

from django.urls import path

from accounts.views import cookies, region

urlpatterns = [
    path("cookies/", cookies.index, name="cookies"),
    path("cookies/choice/", cookies.choice, name="cookies_choice"),
    # In the place of Django's, with its name.
    path("language/setlang/", region.language, name="set_language"),
]
