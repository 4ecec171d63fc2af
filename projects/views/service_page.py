"""What the page of a service shows, and the part of it that updates itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any
from zlib import crc32

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext

from audit.actors import ActorKind
from audit.lines import SOMEBODY_GONE
from console.pages import Page, moments, paginate
from organizations.roles import Permission
from projects.actions.services import possible_for
from projects.actions.services.verbs import DOING
from projects.models import Change, Operation, Service
from projects.models.operation import Verb
from projects.requests import ProjectRequest
from projects.schema import in_order
from projects.views.pages import about

ORDERS = {"at": moments("at")}
# How often the page asks again, in seconds: often while somebody is likely to watch.
PAUSE, LONG_PAUSE = 2, 10
WATCHED_FOR = timedelta(minutes=10)


def service_of(request: ProjectRequest, pk: Any) -> Service:
    """The service of this project with that id; raises Http404."""
    services = request.project.services.select_related("kind", "kind__endpoint", "size")
    service = get_object_or_404(services, pk=pk)
    service.project = request.project
    return service


@dataclass(frozen=True)
class Progress:
    """How a service is, what is being done with it and what was: what changes by itself while somebody looks."""

    service: Service
    query: Mapping[str, str]

    @cached_property
    def operation(self) -> Operation | None:
        """What is being done at this moment."""
        found = self.service.operations.filter(state=Operation.State.OPEN)
        return found.select_related("size", "webhook", "asked_by").first()

    @cached_property
    def page(self) -> Page:
        """A page of the time line, the newest first."""
        changes = self.service.changes.select_related("by", "operation", "operation__size")
        return paginate(changes, self.query, orders=ORDERS, default="-at")

    @property
    def changes(self) -> list[Change]:
        """Those of this page."""
        return self.page.rows

    @property
    def is_watched(self) -> bool:
        """Whether the page asks again by itself: something goes on, and the newest of it are shown."""
        return not self.service.is_settled and not self.page.before

    @property
    def brings_outputs(self) -> bool:
        """Whether what is being done ends with something to reach the service by."""
        return self.operation is not None and self.operation.verb in (Verb.CREATE, Verb.START)

    @property
    def doing(self) -> str:
        """What is being done, as a sentence."""
        return str(DOING[Verb(self.operation.verb)]) if self.operation else ""

    @property
    def asker(self) -> str:
        """Who asked for what is being done, as far as that is known."""
        if self.operation is None:
            return ""
        if self.operation.asked_by:
            return self.operation.asked_by.name
        return next((change.by_name for change in self.changes if change.operation_id == self.operation.pk), "")

    @property
    def trouble(self) -> str:
        """Why the call to the backend did not get through so far; empty where it did, or there is none."""
        webhook = self.operation.webhook if self.operation else None
        return webhook.trouble if webhook else ""

    @property
    def is_called(self) -> bool:
        """Whether the backend of its kind is called at present: staff may have switched it off."""
        endpoint = self.service.kind.endpoint
        return endpoint is None or endpoint.is_on

    @property
    def pause(self) -> int:
        """Seconds until the page asks again."""
        is_new = self.operation is not None and timezone.now() - self.operation.asked_at < WATCHED_FOR
        return PAUSE if is_new else LONG_PAUSE

    @property
    def words(self) -> str:
        """What is said to who does not see the page change."""
        label = str(self.service.get_state_display()).capitalize()
        if self.operation is None or not self.operation.progress:
            return label
        return gettext("%(state)s, %(percent)s %%") % {"state": label, "percent": self.operation.progress}

    @property
    def said(self) -> str:
        """A mark of the words: a page that has said them does not say them again."""
        return _mark(self.words)

    @property
    def version(self) -> str:
        """A mark of everything that is shown: a page that has it need not be changed. Relative times count minutes."""
        service, operation = self.service, self.operation
        webhook = operation.webhook if operation else None
        facts = [
            timezone.now().replace(second=0, microsecond=0), self.pause,
            service.state, service.state_since, service.reason, self.is_called,
            self.changes[0].pk if self.changes else None,
            operation and (operation.pk, operation.progress, operation.accepted_at),
            webhook and (webhook.state, webhook.due_at, webhook.last_error),
        ]  # fmt: skip
        return _mark(repr(facts))


def _mark(text: str) -> str:
    return f"{crc32(text.encode()):08x}"


def is_withheld(request: ProjectRequest) -> bool:
    """Whether it is a suspension alone that keeps the reader from requesting and starting services."""
    wanted = Permission.START_SERVICES
    if wanted in request.held or wanted not in request.organization.withheld:
        return False
    return wanted in request.project.grantable_by(request.actor)


def who(change: Change) -> str:
    """Who brought a change about; empty where it came by itself, or from the backend."""
    if change.by_kind == ActorKind.STAFF:
        return gettext("Our staff")
    if change.by:
        return change.by.name
    return change.by_name or (str(SOMEBODY_GONE) if change.by_kind == ActorKind.USER else "")


def note(change: Change) -> str:
    """What is said of a change: a sentence of ours in the reader's language, or what the backend said."""
    return gettext(change.note) if change.note else ""


def _parameters(service: Service) -> Iterator[tuple[str, str]]:
    """What was typed into the kind's form, by the titles that it has now."""
    described = in_order(service.kind.form).get("properties", {})
    for name in [*described, *(name for name in service.parameters if name not in described)]:
        value = service.parameters.get(name, "")
        if value == "":
            continue
        title = described.get(name, {}).get("title") or name.replace("_", " ").capitalize()
        yield title, (gettext("yes") if value else gettext("no")) if isinstance(value, bool) else localize(value)


def context_of(request: ProjectRequest, service: Service) -> dict[str, Any]:
    """What both the page and its changing part show; ``possible``: what the reader can do with it now."""
    return {
        **about(request),
        "service": service,
        "progress": Progress(service, request.GET),
        "possible": possible_for(service, request.actor),
        "is_withheld": is_withheld(request),
        "parameters": list(_parameters(service)),
        "outputs": list(service.outputs.order_by("id")),
        "who": who,
        "note": note,
    }
