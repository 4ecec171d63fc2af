"""What happened in one's account, in words: the sentences of all `account.…` events, for the person concerned.

Whoever records an event adds its line to `LINES`; a test says which are missing. Other logs tell them, too
(audit.lines).
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.sessions.devices import device_name
from accounts.sessions.places import place_of
from audit.actors import ActorKind
from audit.lines import TOLD, Line, Text
from audit.models import Event

# How far back people look; the log itself may go further.
SHOWN_FOR = timedelta(days=90)

COLUMNS = ["id", "at", *TOLD, "actor_kind", "detail__address", "detail__device"]


class Topic(StrEnum):
    """What an event is about: the filter of the page."""

    SIGN_INS = "sign-ins"
    SECURITY = "security"
    PROFILE = "profile"

    @property
    def label(self) -> str:
        """Its name."""
        return str(LABELS[self])


LABELS: Mapping[Topic, Text] = {
    Topic.SIGN_INS: gettext_lazy("Sign-ins"),
    Topic.SECURITY: gettext_lazy("Security"),
    Topic.PROFILE: gettext_lazy("Profile"),
}


LINES: Mapping[str, Line] = {
    "account.signed_in": Line(
        Topic.SIGN_INS, "log-in", gettext_lazy("Signed in"), gettext_lazy("An attempt to sign in was refused")
    ),
    "account.signed_out": Line(Topic.SIGN_INS, "log-out", gettext_lazy("Signed out")),
    "account.session_ended": Line(Topic.SIGN_INS, "log-out", gettext_lazy("Session ended")),
    "account.sessions_ended": Line(Topic.SIGN_INS, "log-out", gettext_lazy("All other sessions ended")),
    "account.factor_verified": Line(
        Topic.SIGN_INS,
        "shield-check",
        gettext_lazy("Second factor given"),
        gettext_lazy("A wrong second factor was given"),
    ),
    "account.phone_code_sent": Line(
        Topic.SIGN_INS,
        "message-square-text",
        gettext_lazy("Code sent by text message"),
        gettext_lazy("A code by text message was refused"),
    ),
    "account.browser_trusted": Line(Topic.SIGN_INS, "monitor-check", gettext_lazy("Browser trusted")),
    "account.browser_trust_revoked": Line(Topic.SIGN_INS, "monitor-x", gettext_lazy("Browser not trusted any more")),
    "account.password_changed": Line(Topic.SECURITY, "key-round", gettext_lazy("Password changed")),
    "account.password_set": Line(Topic.SECURITY, "key-round", gettext_lazy("Password set")),
    "account.password_reset": Line(Topic.SECURITY, "key-round", gettext_lazy("Forgotten password replaced")),
    "account.password_confirmed": Line(
        Topic.SIGN_INS, "shield-check", gettext_lazy("Password given again"), gettext_lazy("A wrong password was given")
    ),
    "account.backup_codes_renewed": Line(Topic.SECURITY, "refresh-cw", gettext_lazy("Backup codes replaced")),
    "account.recovery_asked": Line(
        Topic.SECURITY, "life-buoy", gettext_lazy("Removal of all second factors asked for")
    ),
    "account.recovery_cancelled": Line(
        Topic.SECURITY, "undo-2", gettext_lazy("Removal of all second factors cancelled")
    ),
    "account.recovery_completed": Line(Topic.SECURITY, "shield-off", gettext_lazy("All second factors removed")),
    "account.factor_added": Line(Topic.SECURITY, "shield-plus", gettext_lazy("Second factor added")),
    "account.factor_renamed": Line(Topic.SECURITY, "pencil", gettext_lazy("Second factor renamed")),
    "account.factor_removed": Line(Topic.SECURITY, "shield-off", gettext_lazy("Second factor removed")),
    "account.provider_linked": Line(Topic.SECURITY, "link", gettext_lazy("Account linked")),
    "account.provider_unlinked": Line(Topic.SECURITY, "unlink", gettext_lazy("Linked account removed")),
    "account.claimed": Line(Topic.SECURITY, "user-check", gettext_lazy("Account taken over with a proven address")),
    "account.locked": Line(Topic.SECURITY, "lock", gettext_lazy("Account locked")),
    "account.unlocked": Line(Topic.SECURITY, "lock-open", gettext_lazy("Account unlocked")),
    "account.address_added": Line(Topic.SECURITY, "at-sign", gettext_lazy("E-mail address added")),
    "account.verification_sent": Line(Topic.SECURITY, "mail", gettext_lazy("Link to verify an e-mail address sent")),
    "account.address_verified": Line(Topic.SECURITY, "mail-check", gettext_lazy("E-mail address verified")),
    "account.address_removed": Line(Topic.SECURITY, "mail-x", gettext_lazy("E-mail address removed")),
    "account.primary_address_changed": Line(Topic.SECURITY, "at-sign", gettext_lazy("Primary e-mail address changed")),
    "account.primary_address_restored": Line(
        Topic.SECURITY, "undo-2", gettext_lazy("Former primary e-mail address restored")
    ),
    "account.created": Line(Topic.PROFILE, "user-plus", gettext_lazy("Account created")),
    # Of former versions.
    "account.renamed": Line(Topic.PROFILE, "user", gettext_lazy("Name changed")),
    "account.contact_edited": Line(Topic.PROFILE, "user", gettext_lazy("Contact information changed")),
    "account.picture_changed": Line(Topic.PROFILE, "image", gettext_lazy("Picture changed")),
    "account.picture_removed": Line(Topic.PROFILE, "image", gettext_lazy("Picture removed")),
    "account.region_changed": Line(Topic.PROFILE, "globe", gettext_lazy("Language or time zone changed")),
    "account.landing_chosen": Line(Topic.PROFILE, "panel-top", gettext_lazy("Place to begin chosen")),
    "account.mails_chosen": Line(Topic.PROFILE, "mail", gettext_lazy("Mails about organizations chosen")),
    "account.consent_changed": Line(Topic.PROFILE, "cookie", gettext_lazy("Consent given or taken back")),
    "account.export_requested": Line(Topic.PROFILE, "package", gettext_lazy("Copy of your data asked for")),
    "account.export_made": Line(Topic.PROFILE, "package-check", gettext_lazy("Copy of your data made")),
    "account.export_downloaded": Line(Topic.SECURITY, "download", gettext_lazy("Copy of your data downloaded")),
    "account.terms_accepted": Line(Topic.PROFILE, "scroll-text", gettext_lazy("Terms accepted")),
    "account.closed": Line(Topic.PROFILE, "user-x", gettext_lazy("Account deleted")),
}

# What concerns no account.
OF_EVERYBODY: Mapping[str, Line] = {
    "terms.published": Line(Topic.PROFILE, "scroll-text", gettext_lazy("Terms published")),
}


def activity_of(user_id: UUID, topic: Topic | None = None) -> QuerySet[Event, dict[str, Any]]:
    """The events of a user's account of the last 90 days, as `COLUMNS`, the newest first; of one topic, or of all."""
    names = [name for name, line in LINES.items() if topic in (None, line.topic)]
    events: QuerySet[Event] = Event.objects.filter(
        subject_id=user_id, action__in=names, at__gt=timezone.now() - SHOWN_FOR
    )
    found: QuerySet[Event, dict[str, Any]] = events.order_by("-id").values(*COLUMNS)
    return found


def tell(event: Mapping[str, Any]) -> dict[str, Any]:
    """An event (`COLUMNS`) as the time line shows it, in the reader's language."""
    line, is_denied = LINES[event["action"]], event["outcome"] == Event.Outcome.DENIED
    return {
        "icon": "shield-alert" if is_denied else line.icon,
        "text": line.sentence(event),
        "at": event["at"],
        "where": " · ".join(filter(None, [_by(event["actor_kind"]), *_circumstances(event)])),
        "kind": "danger" if is_denied else "",
    }


def _by(actor_kind: str) -> str:
    if actor_kind == ActorKind.STAFF:
        return _("by our staff")
    return _("automatically") if actor_kind == ActorKind.SYSTEM else ""


def _circumstances(event: Mapping[str, Any]) -> list[str]:
    address, device = event["detail__address"], event["detail__device"]
    if event["actor_kind"] == ActorKind.STAFF:
        # Where staff sit is their own affair.
        return []
    return [device_name(device) if device else "", place_of(address), address or ""]
