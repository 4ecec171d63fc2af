"""The organization itself: its state, its settings, its rules, what was taken away of it."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from audit.lines import Line
from organizations.lines.wording import kind_of_target, permission

SECURITY: Mapping[str, Line] = {
    "permission.denied": Line(
        "security",
        "shield-alert",
        _("Access"),
        _("Access denied: this takes the permission to %(permission)s"),
        words=permission,
    ),
    "organization.second_factor_required": Line("security", "shield-plus", _("Second factor required of members")),
    "organization.second_factor_changed": Line("security", "shield-check", _("Rule for second factors changed")),
    "organization.second_factor_released": Line("security", "shield-off", _("Second factor no longer required")),
    "organization.session_age_set": Line("security", "clock", _("Longest age of sessions changed")),
    "staff.viewed": Line(
        "security", "eye", _("Looked at a record"), named=_("Looked at a record: %(kind)s"), words=kind_of_target
    ),
    "message.tried_again": Line(
        "security", "send", _("Sent once more"), named=_("Sent once more: %(kind)s"), words=kind_of_target
    ),
    "stream.set": Line("security", "radio-tower", _("Stream of the audit log set")),
    "stream.changed": Line("security", "radio-tower", _("Stream of the audit log changed")),
    "stream.switched_off": Line("security", "circle-off", _("Stream of the audit log switched off")),
    "stream.removed": Line("security", "circle-off", _("Stream of the audit log removed")),
    "stream.secret_renewed": Line("security", "refresh-cw", _("Secret of the stream of the audit log replaced")),
    "stream.tested": Line("security", "circle-check", _("Stream of the audit log tested")),
}

SETTINGS: Mapping[str, Line] = {
    "organization.edited": Line("settings", "settings-2", _("General settings changed")),
    "organization.joining_edited": Line("settings", "door-open", _("How people join changed")),
    "organization.reminders_set": Line("settings", "bell", _("Reminders of invitations changed")),
    "organization.logo_changed": Line("settings", "image", _("Logo changed")),
    "organization.logo_removed": Line("settings", "image-off", _("Logo removed")),
}

BILLING: Mapping[str, Line] = {
    "details.edited": Line("billing", "receipt-text", _("Billing details changed")),
}

EXPORTS: Mapping[str, Line] = {
    "members.exported": Line("exports", "download", _("List of members downloaded")),
    "review.exported": Line("exports", "download", _("Access review downloaded")),
    "log.exported": Line("exports", "download", _("Audit log downloaded")),
    "organization.export_requested": Line("exports", "package", _("Export of the organization asked for")),
    "organization.export_made": Line("exports", "package-check", _("Export of the organization made")),
    "organization.export_downloaded": Line("exports", "download", _("Export of the organization downloaded")),
}

ORGANIZATION: Mapping[str, Line] = {
    "organization.created": Line("organization", "building-2", _("Organization created")),
    "organization.suspended": Line("organization", "circle-pause", _("Organization suspended")),
    "organization.reactivated": Line("organization", "circle-play", _("Organization reactivated")),
    "suspension.lifted": Line("organization", "circle-play", _("One of two suspensions lifted")),
    "organization.closed": Line("organization", "archive", _("Organization closed")),
    "organization.reopened": Line("organization", "archive-restore", _("Organization opened again")),
    "organization.ended": Line("organization", "archive-x", _("Organization ended for good")),
    "allowance.set": Line("organization", "gauge", _("Limit changed")),
    "policy.changed": Line("organization", "scale", _("Policy of the deployment changed")),
}
