"""How much of something an organization may have: what is there is counted here, and one more refused (issue 7)."""

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console.refusal import Refused
from console.registry import Limit, registry
from organizations import policies
from organizations.models import Allowance, ApiKey, AuditStream, CustomRole, Organization
from organizations.models.api_key import Kind
from organizations.roles import Permission


def limits_in_use(organization: Organization) -> Mapping[Allowance.Name, int]:
    """How many of what can be limited there are, here and in the apps above; one query each."""
    return {Allowance.Name(limit.name): limit.count(organization.pk) for limit in registry.limits}


def check_room_for_service_key(organization: Organization) -> None:
    """Refuse a locked organization one more service key than it may have; those that are over do not count.

    Raises Refused with a sentence that says who can get more.
    """
    most = organization.allowed(Allowance.Name.KEYS_PER_ORGANIZATION)
    if most is None or _service_keys(organization.pk) < most:
        return
    full = ngettext(
        "An organization can have %d service key. Revoke one first, or choose a larger plan under billing.",
        "An organization can have %d service keys. Revoke one first, or choose a larger plan under billing.",
        most,
    )
    none = _("There can be no service keys here. Choose a larger plan under billing.")
    raise beyond(full % most if most else none, organization)


def check_room_for_role(organization: Organization) -> None:
    """Refuse a locked organization one more role of its own than it may have. Raises Refused as above."""
    most = organization.allowed(Allowance.Name.CUSTOM_ROLES)
    if most is None or _custom_roles(organization.pk) < most:
        return
    full = ngettext(
        "There can be %d role of your own here. Delete one first, or choose a larger plan under billing.",
        "There can be %d roles of your own here. Delete one first, or choose a larger plan under billing.",
        most,
    )
    none = _("There can be no roles of your own here. Choose a larger plan under billing.")
    raise beyond(full % most if most else none, organization)


def check_room_for_stream(organization: Organization) -> None:
    """Refuse a locked organization a stream of its log where it may have none. Raises Refused as above."""
    most = organization.allowed(Allowance.Name.AUDIT_STREAMS)
    if most is None or _streams(organization.pk) < most:
        return
    none = _("The audit log cannot be sent anywhere from here. Choose a larger plan under billing.")
    raise beyond(none, organization)


def beyond(sentence: str, organization: Organization) -> Refused:
    """What there can be no more of, and, where there are several people, who of them can pay for more."""
    if organization.is_personal:
        return Refused(sentence, code="allowance")
    payers = ", ".join(str(role.label) for role in policies.current().roles_with(Permission.PAY))
    return Refused(f"{sentence} {_('Who can do that: members with the role %s.') % payers}", code="allowance")


def _service_keys(organization_id: UUID) -> int:
    return ApiKey.objects.filter(organization=organization_id, kind=Kind.SERVICE).live().count()


def _custom_roles(organization_id: UUID) -> int:
    return CustomRole.objects.filter(organization=organization_id).count()


def _streams(organization_id: UUID) -> int:
    return AuditStream.objects.filter(organization=organization_id).count()


LIMITS = [
    Limit(name=Allowance.Name.KEYS_PER_ORGANIZATION, count=_service_keys),
    Limit(name=Allowance.Name.CUSTOM_ROLES, count=_custom_roles),
    Limit(name=Allowance.Name.AUDIT_STREAMS, count=_streams),
]
