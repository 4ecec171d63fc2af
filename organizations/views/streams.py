"""The stream of the log: where it goes, how far it is, and the secret that signs it."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import requires_proof_to_change
from audit.models import Chain
from console.attempts import attempt
from console.refusal import Refused
from console.waiting import Busy, waiting_for_strangers
from console.webhooks import EXAMPLE
from organizations.access import forbidden, requires
from organizations.actions import change_stream, remove_stream, renew_stream_secret, set_stream, try_stream
from organizations.actions.stream_sending import NotTaken, send_test_event
from organizations.actions.streams import permission_for
from organizations.forms.streams import StreamEditForm, StreamForm
from organizations.models import AuditStream
from organizations.requests import OrgRequest
from organizations.roles import Permission
from organizations.views.answers import Question, ask

type View[**P] = Callable[Concatenate[OrgRequest, P], HttpResponse]


def requires_editor[**P](view: View[P]) -> View[P]:
    """Answer 403 to who may not set the stream up: in a team its security's business, in a personal account its own."""

    @wraps(view)
    def checked(request: OrgRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        needed = permission_for(request.organization)
        return view(request, *args, **kwargs) if request.actor.can(needed) else forbidden(request, needed)

    return checked


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.VIEW_AUDIT_LOG)
@requires_editor
@requires_proof_to_change
def index(request: OrgRequest) -> HttpResponse:
    """The stream, how far it is, and its address; where there is none, what it is for, and the form that makes it."""
    stream = _stream(request)
    posted = request.POST if request.method == "POST" else None
    # A form that makes one never changes the one that somebody else has made meanwhile, nor the other way round.
    makes_one = "begin" in posted if posted is not None else stream is None
    if makes_one:
        return _make(request, StreamForm(posted))
    if stream is None:
        return _gone(request)
    edit_form = StreamEditForm(posted, stream=stream)
    if edit_form.run(change_stream, stream=stream, by=request.actor):
        messages.success(request, _("The stream is saved."))
        return redirect(_page(request))
    chain = Chain.objects.filter(pk=request.organization.pk).first()
    context = {
        "form": edit_form,
        "stream": stream,
        "waiting": max((chain.position if chain else 0) - stream.position, 0),
        "example": EXAMPLE,
    }
    return render(request, "organizations/streams/index.html", context)


@require_POST
@requires(Permission.VIEW_AUDIT_LOG)
@requires_editor
@requires_proof_to_change
def secret(request: OrgRequest) -> HttpResponse:
    """Make a new secret, and show it once."""
    if (stream := _stream(request)) is None:
        return _gone(request)
    try:
        renewed = renew_stream_secret(stream=stream, by=request.actor)
    except Refused as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(_page(request))
    return _show_secret(request, renewed)


@require_POST
@requires(Permission.VIEW_AUDIT_LOG)
@requires_editor
def test(request: OrgRequest) -> HttpResponse:
    """Send a test event, and say what came back."""
    if (stream := _stream(request)) is None:
        return _gone(request)
    try:
        with waiting_for_strangers():
            _send_test(request, stream)
    except Busy as busy:
        messages.error(request, " ".join(busy.messages))
    return redirect(_page(request))


def _send_test(request: OrgRequest, stream: AuditStream) -> None:
    if attempt(request, try_stream, "", stream=stream, by=request.actor):
        try:
            send_test_event(stream)
        except NotTaken as problem:
            messages.error(request, _said(problem))
        else:
            messages.success(request, _("The receiver has taken the test event."))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.VIEW_AUDIT_LOG)
@requires_editor
@requires_proof_to_change
def removal(request: OrgRequest) -> HttpResponse:
    """Remove the stream: the question, and the POST that does it."""
    if (stream := _stream(request)) is None:
        return _gone(request)
    if request.method == "POST":
        attempt(request, remove_stream, _("The stream is removed."), stream=stream, by=request.actor)
        return redirect(_page(request))
    question = Question(
        title=_("Remove the stream?"),
        text=_("Nothing is sent any more, and the secret is forgotten. The audit log itself stays."),
        submit=_("Remove"),
        cancel=_("Cancel"),
        back=_page(request),
    )
    return ask(request, question)


def _make(request: OrgRequest, form: StreamForm) -> HttpResponse:
    if made := form.run(set_stream, organization=request.organization, by=request.actor):
        return _show_secret(request, made)
    return render(request, "organizations/streams/new.html", {"form": form, "example": EXAMPLE})


def _stream(request: OrgRequest) -> AuditStream | None:
    stream = AuditStream.objects.filter(organization=request.organization).first()
    if stream:
        stream.organization = request.organization
    return stream


def _said(problem: NotTaken) -> str:
    sentence = AuditStream(last_error=problem.sentence).trouble
    return f"{sentence} (HTTP {problem.status})" if problem.status else sentence


def _show_secret(request: OrgRequest, stream: AuditStream) -> HttpResponse:
    context = {"secret": stream.secrets[0], "former_until": stream.former_until, "example": EXAMPLE}
    return render(request, "organizations/streams/secret.html", context)


def _gone(request: OrgRequest) -> HttpResponse:
    messages.error(request, _("Somebody has removed the stream meanwhile."))
    return redirect(_page(request))


def _page(request: OrgRequest) -> str:
    return reverse("organizations:settings_audit_log_stream", args=[request.organization.slug])
