"""Adding and changing storage engines; *Test connection* is a button of the same form, and loses nothing typed."""

from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from console.refusal import Refused
from console.sealing import Unreadable
from console.waiting import Busy, waiting_for_strangers
from infrastructure.actions.engine_checks import SEALED, check_engine, note_try
from infrastructure.actions.engine_places import add_engine_somewhere, move_engine
from infrastructure.connecting import Finding, try_engine
from infrastructure.connecting.postgresql import DISABLE
from infrastructure.forms.engines import EngineForm
from infrastructure.models import StorageEngine
from infrastructure.models.engine import Kind, Stage
from infrastructure.views.engines import engine_at
from organizations.access import requires
from organizations.requests import OrgRequest
from organizations.roles import Permission


@dataclass(frozen=True)
class Step:
    """A stage of a connection: ``state`` is "fine", "failed", "left_out", or "waits" where it was not come to."""

    label: str
    state: str


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ADD_INFRASTRUCTURE)
@sensitive_post_parameters("secret")
@never_cache
def create(request: OrgRequest) -> HttpResponse:
    """Add one: what it is, and then the form of that kind."""
    kind = request.GET.get("kind", "")
    if kind not in Kind.values:
        return render(request, "infrastructure/engines/kinds.html", {"kinds": Kind.choices})
    form = EngineForm(request.POST or None, kind=kind, bound_to=_bound_to(request))
    finding = _tested(request, form)
    if not _is_test(request):
        added = form.run(add_engine_somewhere, organization=request.organization, by=request.actor)
        if added:
            return _saved(request, added)
    return _show(request, form, finding)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_INFRASTRUCTURE)
@sensitive_post_parameters("secret")
@never_cache
def edit(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Change one. Its secret is never shown, and stays only where it goes to the same place."""
    engine = engine_at(request, pk)
    form = EngineForm(request.POST or None, kind=engine.kind, bound_to=_bound_to(request), engine=engine)
    finding = _tested(request, form)
    if not _is_test(request):
        changed = form.run(move_engine, engine=engine, by=request.actor)
        if changed:
            return _saved(request, changed)
    return _show(request, form, finding)


def _is_test(request: OrgRequest) -> bool:
    """Whether *Test connection* was pressed, and not the other button."""
    return "test" in request.POST


def _tested(request: OrgRequest, form: EngineForm) -> Finding | None:
    """What a test of a valid form found; None where none was asked for, or may be made."""
    if not (_is_test(request) and form.is_valid()):
        return None
    try:
        with waiting_for_strangers():
            note_try(organization=request.organization, kind=form.kind, config=form.config, by=request.actor)
            return try_engine(form.kind, form.config, form.secret_to_try)
    except Unreadable:
        return Finding(Stage.SIGN_IN.value, SEALED, 0)
    except Refused as refusal:
        form.show(refusal)
        return None


def _show(request: OrgRequest, form: EngineForm, finding: Finding | None) -> HttpResponse:
    if form.is_bound:
        form.keep_secret()
    context = {
        "form": form,
        "engine": form.engine,
        "kind_label": Kind(form.kind).label,
        "finding": finding,
        "connecting": _steps(form, finding) if finding else [],
    }
    return render(request, "infrastructure/engines/form.html", context)


def _steps(form: EngineForm, finding: Finding) -> list[Step]:
    """How far the connection came."""
    is_plain = form.config.get("tls") == DISABLE or form.config.get("endpoint", "").startswith("http:")
    steps, state = [], "fine"
    for stage in Stage:
        if stage == finding.stage:
            steps.append(Step(str(stage.label), "failed"))
            state = "waits"
        else:
            steps.append(Step(str(stage.label), "left_out" if stage == Stage.TLS and is_plain else state))
    return steps


def _saved(request: OrgRequest, engine: StorageEngine) -> HttpResponse:
    """Check it at once, and say what came of it: what does not work is kept nevertheless."""
    # While many wait, a worker does it within a minute.
    with suppress(Busy), waiting_for_strangers():
        check_engine(engine.pk)
    engine = engine_at(request, engine.pk)
    if engine.problem_stage:
        said = _("%(engine)s is saved, but does not work yet: %(why)s")
        messages.warning(request, said % {"engine": engine.name, "why": engine.trouble})
    else:
        messages.success(request, _("%s is saved.") % engine.name)
    return redirect("infrastructure:engine", request.organization.slug, engine.pk)


def _bound_to(request: OrgRequest) -> str:
    return f"{request.organization.pk} {request.user.pk} {request.session.session_key}"
