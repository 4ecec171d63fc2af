"""The mailbox of the embedded engines: what would have left, for whoever develops or tries the console."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.csp import CSP
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from outbox import gateways
from outbox.models import Mail, TextMessage

SHOWN = 100
# A mail brings its styles along, and nothing else; its links open in the page around it.
MAIL_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "img-src": ["data:"],
    "frame-ancestors": [CSP.SELF],
    "sandbox": ["allow-top-navigation-by-user-activation"],
}


def _only_embedded[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Not found unless one develops, and mails or text messages stay here."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not (settings.DEBUG and (_keeps_mails() or _keeps_texts())):
            raise Http404
        return view(*args, **kwargs)

    return guarded


def _keeps_mails() -> bool:
    return bool(settings.MAILERS["transport"]["BACKEND"] == "outbox.backends.MailboxBackend")


def _keeps_texts() -> bool:
    return gateways.is_configured() and gateways.current().keeps_texts


@require_safe
@_only_embedded
def mailbox(request: HttpRequest) -> HttpResponse:
    """The newest mails and text messages, those to or about ``?q=``."""
    q = request.GET.get("q", "").strip()
    mails = Mail.objects.order_by("-created_at")
    texts = TextMessage.objects.order_by("-created_at")
    if q:
        mails = mails.filter(Q(to__icontains=q) | Q(subject__icontains=q))
        texts = texts.filter(Q(number__icontains=q) | Q(text__icontains=q))
    return render(request, "outbox/mailbox.html", {"mails": mails[:SHOWN], "texts": texts[:SHOWN], "q": q})


@require_safe
@_only_embedded
def message(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    """One mail."""
    return render(request, "outbox/message.html", {"mail": get_object_or_404(Mail, pk=mail_id)})


@require_safe
@_only_embedded
@xframe_options_sameorigin
@csp_override(MAIL_CSP)
def message_html(_request: HttpRequest, mail_id: UUID) -> HttpResponse:
    """The HTML of one mail, alone, for the frame in its page."""
    html = get_object_or_404(Mail, pk=mail_id).html
    return HttpResponse(html.replace("<head>", '<head><base target="_top">', 1))
