"""What views without a form answer with: a question, what came of an action, the way back."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from console.fragments import render_fragment
from console.refusal import Refused
from organizations.requests import ContextRequest, UserRequest


def attempt(
    request: ContextRequest | UserRequest, action: Callable[..., object], done: str, **arguments: object
) -> bool:
    """Run an action as whoever sends the request, and show what came of it: ``done``, or why not. Whether it was."""
    try:
        action(**arguments, by=request.actor)
    except Refused as refusal:
        messages.error(request, refusal.messages[0])
        return False
    messages.success(request, done)
    return True


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked before something dangerous: what will happen, the button that does it, and the way out."""

    title: str
    text: str
    submit: str
    cancel: str
    back: str


def ask(request: UserRequest, question: Question) -> HttpResponse:
    """The page that asks; its form posts to the address of this request. A script gets it as a dialog (dialog.js)."""
    page, fragment = "organizations/question.html", "organizations/_question.html"
    return render_fragment(request, page, fragment, "dialog", {"question": question})


def way_back(request: UserRequest, otherwise: str) -> str:
    """The page that led here, search and all, if it said so in ``next`` and is one of ours (ATTACKS 18)."""
    address = request.GET.get("next", "")
    is_ours = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if is_ours else otherwise
