"""Roles of Acme's own as tests make them: through the pages of its settings."""

from django.http import HttpResponseBase

from organizations.models import CustomRole
from tests.cast import Cast, Person
from tests.reading import main_words

ROLES = "/o/acme/settings/roles/"
NEW = "/o/acme/settings/roles/new/"


def make(cast: Cast, name: str = "Auditor", *permissions: str) -> CustomRole:
    """A role of Acme, made by its owner on the page."""
    answer = cast.olivia.client.post(
        NEW, {"name": name, "permissions": permissions or ("view_members", "view_billing")}
    )
    assert answer.status_code == 302, main_words(answer)
    return CustomRole.objects.get(organization=cast.acme, name=name)


def page(role: CustomRole, what: str = "") -> str:
    return f"{ROLES}{role.pk}/{what}"


def edit(cast: Cast, role: CustomRole, *permissions: str, who: str = "olivia", name: str = "") -> HttpResponseBase:
    person: Person = getattr(cast, who)
    return person.client.post(page(role), {"name": name or role.name, "permissions": permissions})


def give(cast: Cast, who: str, role: CustomRole) -> None:
    member = getattr(cast, who).membership(cast.acme)
    answer = cast.olivia.client.post(f"/o/acme/members/{member.pk}/role/", {"role": str(role.pk)})
    assert answer.status_code == 302


def held(role: CustomRole) -> set[str]:
    role.refresh_from_db()
    return {str(permission) for permission in role.permissions}


def managers(cast: Cast) -> CustomRole:
    """Mia manages roles, and little else."""
    role = make(cast, "Manager", "view_members", "manage_roles", "change_roles")
    give(cast, "mia", role)
    return role
