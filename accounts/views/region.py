"""The language of pages, as chosen at the foot of each; what somebody chose who is signed in is kept with them."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import check_for_language
from django.views.i18n import set_language

from accounts.actions import choose_language
from accounts.requests import UserRequest


def language(request: UserRequest) -> HttpResponse:
    """Change the language and come back: in this browser, and for the signed-in user everywhere."""
    chosen = request.POST.get("language", "")
    user: object = request.user
    if not isinstance(user, AnonymousUser) and chosen in dict(settings.LANGUAGES) and check_for_language(chosen):
        choose_language(user=request.user, language=chosen, by=request.actor)
    return set_language(request)


def keep_language(response: HttpResponseBase, language: str) -> None:
    """Let the browser ask for the language after signing out too; empty: for its own again."""
    if language:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            path=settings.LANGUAGE_COOKIE_PATH,
            domain=settings.LANGUAGE_COOKIE_DOMAIN,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite=settings.LANGUAGE_COOKIE_SAMESITE,
        )
    else:
        response.delete_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            path=settings.LANGUAGE_COOKIE_PATH,
            domain=settings.LANGUAGE_COOKIE_DOMAIN,
        )
