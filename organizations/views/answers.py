"""What views without a form answer with: a question, the way back."""

from dataclasses import dataclass

from django.http import HttpResponse

from console.fragments import render_fragment
from console.paths import is_own_path
from organizations.requests import UserRequest


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
    return address if is_own_path(address) else otherwise
