"""Changing what is general about an organization: its name and address, and who may come in."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from audit.recording import audited, record
from console.naming import clean_name
from console.refusal import Refused
from console.text import one_line
from console.versions import Marks, check_unchanged
from organizations import policies
from organizations.actions.locking import lock
from organizations.actions.naming import check_slugs, claim_slug, clean_slug
from organizations.actors import Actor
from organizations.models import Discoverability, Organization
from organizations.models.organization import NAME_LENGTH
from organizations.roles import Permission

NAMING = ("name", "slug", "description")
JOINING = ("discoverability", "members_may_invite")
DESCRIPTION_LENGTH = 280


@audited("organization.edited")
def edit_organization(
    *, organization: Organization, name: str, slug: str, description: str, seen: Marks | None = None, by: Actor
) -> Organization:
    """Change name, slug and description of a team. The old slug stays the team's, and leads to the new one.

    ``seen``: what the form was opened with (`console.versions`). Raises Refused.
    """
    organization, by = _lock_team(organization, by)
    before = _values(organization, NAMING)
    check_unchanged(seen, before)
    organization.name = clean_name(name, NAME_LENGTH)
    organization.description = one_line(description, DESCRIPTION_LENGTH)
    if slug == organization.slug:
        organization.save(update_fields=NAMING)
    else:
        organization.slug = clean_slug(slug)
        check_slugs(organization)
        claim_slug(organization)
    after = _values(organization, NAMING)
    if changed := [field for field in NAMING if before[field] != after[field]]:
        record(
            "organization.edited",
            by=by,
            organization_id=organization.pk,
            target=organization,
            after={"fields": changed},
            texts={field: (str(before[field]), str(after[field])) for field in changed},
        )
    return organization


@audited("organization.joining_edited")
def edit_joining(
    *,
    organization: Organization,
    members_may_invite: bool,
    discoverability: str = Discoverability.OFF,
    seen: Marks | None = None,
    by: Actor,
) -> Organization:
    """Choose who finds a team, and whether each of its members may invite.

    ``discoverability``: a value of Discoverability, where the policy has a directory. Only who may invite lets others
    do so: nobody gives what they do not hold (PRODUCT, *Rules for every policy*). Raises Refused.
    """
    organization, by = _lock_team(organization, by)
    before = _values(organization, JOINING)
    check_unchanged(seen, before)
    if discoverability != Discoverability.OFF and not policies.current().has_directory:
        raise Refused(_("There is no directory here."), code="no-directory", field="discoverability")
    if members_may_invite and not organization.members_may_invite and not by.can(Permission.INVITE_MEMBERS):
        raise Refused(
            _("You may not invite, so you cannot let others do so."), code="above-own-role", field="members_may_invite"
        )
    organization.discoverability, organization.members_may_invite = Discoverability(discoverability), members_may_invite
    after = _values(organization, JOINING)
    if changed := [field for field in JOINING if before[field] != after[field]]:
        organization.save(update_fields=changed)
        record(
            "organization.joining_edited",
            by=by,
            organization_id=organization.pk,
            target=organization,
            before={field: before[field] for field in changed},
            after={field: after[field] for field in changed},
        )
    return organization


def _lock_team(organization: Organization, by: Actor) -> tuple[Organization, Actor]:
    organization, by = lock(organization.pk, by, Permission.EDIT_SETTINGS)
    if organization.is_personal:
        raise Refused(_("A personal account has none of these settings."), code="personal")
    return organization, by


def _values(organization: Organization, fields: tuple[str, ...]) -> Mapping[str, str | bool]:
    return {field: getattr(organization, field) for field in fields}
