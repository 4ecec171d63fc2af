"""The audit log of an organization: a time line with filters, and the same as a file (issue 5)."""

import json
from collections.abc import Iterator
from itertools import batched, chain
from typing import Any
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audit.lines import GROUPS, sentence_of
from audit.models import Event
from console.attempts import attempt
from console.csv import CHUNK, csv_response
from console.fragments import render_fragment
from console.pages import Order, paginate
from organizations.access import requires
from organizations.actions import export_log
from organizations.log import as_json, events_of
from organizations.models import Membership
from organizations.requests import OrgRequest
from organizations.roles import Permission
from organizations.views.log_entries import COLUMNS, Asked, by_day, entry, names_in

# Ids grow with time.
ORDERS = {"at": Order("id", UUID)}
# Rows of a file that are read at a time.
BATCH = 500


@require_safe
@requires(Permission.VIEW_AUDIT_LOG)
def index(request: OrgRequest) -> HttpResponse:
    """What happened here, the newest first: filters and pages."""
    asked = Asked.of(request.GET)
    found: Any = events_of(request.organization.pk, asked.filters).values(*COLUMNS)
    page = paginate(found, request.GET, orders=ORDERS, default="-at")
    names = names_in(request.organization)
    context = {
        "page": page,
        "days": list(by_day([entry(event, names) for event in page.rows])),
        "asked": asked,
        "groups": [("", _("Everything")), *((group.key, group.label) for group in GROUPS.values())],
        "outcomes": [("", _("Done or denied")), *Event.Outcome.choices],
    }
    return render_fragment(request, "organizations/log/index.html", "organizations/log/_entries.html", "log", context)


@require_safe
@requires(Permission.VIEW_AUDIT_LOG)
def export(request: OrgRequest) -> HttpResponseBase:
    """The log as a file, what the same filters find: ``format`` is ``csv``, or ``jsonl`` for one JSON object a line."""
    kind = "jsonl" if request.GET.get("format") == "jsonl" else "csv"
    answer = {"csv": _csv, "jsonl": _json_lines}[kind]
    if request.method == "HEAD":
        # Nothing is handed out, so there is nothing to write down.
        return answer(request, iter(()))
    asked = Asked.of(request.GET)
    arguments = {"organization": request.organization, "kind": kind, "filters": asked.narrowing, "by": request.actor}
    if not attempt(request, export_log, "", **arguments):
        return redirect("organizations:settings_audit_log", request.organization.slug)
    return answer(request, chain.from_iterable(_batches(request, asked)))


def _batches(request: OrgRequest, asked: Asked) -> Iterator[list[Event]]:
    """Every event that is asked for, the newest first, some at a time, for as long as the reader may see them.

    By key and not by a cursor: nothing is held in the database while a slow reader reads (ATTACKS 23).
    """
    found = events_of(request.organization.pk, asked.filters).order_by("-id")
    rest = found
    while _may_still(request.membership):
        some = list(rest[:BATCH])
        if not some:
            return
        yield some
        rest = found.filter(id__lt=some[-1].pk)


def _may_still(reader: Membership) -> bool:
    now = Membership.objects.current().select_related("organization", "custom_role").filter(pk=reader.pk).first()
    return now is not None and Permission.VIEW_AUDIT_LOG in now.permissions


def _csv(request: OrgRequest, events: Iterator[Event]) -> StreamingHttpResponse:
    header = [
        _("Time"), _("What"), _("Event"), _("Outcome"), _("Actor"), _("Name"), _("User"), _("API key"), _("Key"),
        _("Target"), _("Kind of target"), _("Id of the target"), _("Before"), _("After"), _("Texts"),
        _("IP address"), _("Device"), _("Request"), _("Id"),
    ]  # fmt: skip
    names = names_in(request.organization)
    rows = (_cells(as_json(event), sentence_of(event, names)) for event in events)
    return csv_response(_file_name(request), header, rows)


def _cells(event: dict[str, Any], sentence: str) -> list[Any]:
    actor, target = event["actor"], event["target"]
    return [
        event["at"], sentence, event["action"], event["outcome"], actor["kind"], actor["name"], actor["id"],
        actor["key_name"], actor["key_id"], target["name"], target["type"], target["id"],
        _json(event["before"]), _json(event["after"]), _json(event["texts"]),
        event["address"], event["device"], event["request_id"], event["id"],
    ]  # fmt: skip


def _json_lines(request: OrgRequest, events: Iterator[Event]) -> StreamingHttpResponse:
    lines = (f"{_json(as_json(event))}\n" for event in events)
    chunks = ("".join(some).encode() for some in batched(lines, CHUNK))
    response = StreamingHttpResponse(chunks, content_type="application/x-ndjson")
    response.headers["Content-Disposition"] = f'attachment; filename="{_file_name(request)}.jsonl"'
    # What it holds is for who asked, at this moment.
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if value else ""


def _file_name(request: OrgRequest) -> str:
    return "audit-log-personal" if request.organization.is_personal else f"audit-log-{request.organization.slug}"
