"""A workspace in an organization."""

from collections.abc import Iterable
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from console.ids import uuid7
from console.text import fold
from organizations.actors import Actor
from organizations.models import Membership, Organization
from organizations.models.organization import SLUG, SLUG_LENGTH, validate_slug
from organizations.roles import IN_PROJECTS, Permission
from projects.levels import Level
from projects.models.grant import granted_ids, granted_permissions
from projects.models.region import Region

NAME_LENGTH = 80
DESCRIPTION_LENGTH = 280
TAG_LENGTH = 40
TAGS = 20
SEARCH_LENGTH = 2000
# Words that are addresses beside those of projects.
RESERVED_SLUGS = frozenset({"new", "export"})


class Visibility(models.TextChoices):
    """Who may see a project besides those who were granted it."""

    ORGANIZATION = "organization", pgettext_lazy("project", "the organization")
    RESTRICTED = "restricted", pgettext_lazy("project", "only those who were granted it")


class State(models.TextChoices):
    """Where a project stands."""

    ACTIVE = "active", pgettext_lazy("project", "active")
    ARCHIVED = "archived", pgettext_lazy("project", "archived")
    DELETING = "deleting", pgettext_lazy("project", "being deleted")


class ProjectQuerySet(models.QuerySet["Project"]):
    """Sets of projects."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the actor's organization that it may know of: by its role, by grants (`Project.permissions_of`)."""
        if actor.is_trusted:
            return self
        here = self.filter(organization=actor.organization_id)
        if Permission.MANAGE_RESTRICTED_PROJECTS in actor.permissions:
            return here
        seen = Q(pk=None)
        if Permission.VIEW_PROJECTS in actor.permissions:
            seen |= Q(visibility=Visibility.ORGANIZATION)
        if actor.membership and Permission.VIEW_PROJECTS in _grantable(actor):
            seen |= Q(pk__in=granted_ids(actor.membership))
        return here.filter(seen)

    def visible_by_role(self, memberships: Iterable[Membership]) -> Self:
        """Those that somebody in these organizations may know of by their roles there, whatever they were granted."""
        held = {membership.organization_id: membership.permissions for membership in memberships}
        every = [pk for pk, permissions in held.items() if Permission.MANAGE_RESTRICTED_PROJECTS in permissions]
        seen = [pk for pk, permissions in held.items() if Permission.VIEW_PROJECTS in permissions]
        return self.filter(Q(organization__in=every) | Q(organization__in=seen, visibility=Visibility.ORGANIZATION))

    def matching(self, term: str) -> Self:
        """Those whose name, address, description or tags contain every word of ``term``; of a long one, the first ten.

        One index on PostgreSQL finds them (projects.migrations.0002_search).
        """
        found = self
        for word in fold(term[:200]).split()[:10]:
            found = found.filter(search__contains=word)
        return found

    def tagged(self, tag: str) -> Self:
        """Those with a tag."""
        return self.filter(Exists(Tag.objects.filter(project=OuterRef("pk"), name=tag)))


class Project(models.Model):
    """A workspace that holds services. ``slug``: its address, fixed when it is made.

    ``search``, ``sort_name``: copies of what lists search and sort by. ``archived_at``: since when it is in the
    archive, also while it is being deleted: whoever brings it back finds it there. ``ends_at``: while it is being
    deleted, when it is gone for good.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="projects", verbose_name=_("organization")
    )
    slug = models.CharField(_("address"), max_length=SLUG_LENGTH, validators=[validate_slug])
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    description = models.CharField(_("description"), max_length=DESCRIPTION_LENGTH, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, related_name="projects", verbose_name=_("region"))
    visibility = models.CharField(_("visible to"), max_length=12, choices=Visibility, default=Visibility.ORGANIZATION)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.ACTIVE)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    ends_at = models.DateTimeField(_("gone for good"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
    sort_name = models.CharField(max_length=NAME_LENGTH * 2, editable=False, default="")
    search = models.CharField(max_length=SEARCH_LENGTH, editable=False, default="")

    objects: ClassVar[ProjectQuerySet] = ProjectQuerySet.as_manager()  # type: ignore[assignment] # the stubs say Manager

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        permissions = [(level.codename, f"Was granted to {level.value}") for level in Level]
        constraints = [
            models.UniqueConstraint(fields=["organization", "slug"], name="project_slug_unique"),
            models.CheckConstraint(condition=Q(slug__regex=SLUG), name="project_slug_well_formed"),
            models.CheckConstraint(condition=~Q(slug__in=sorted(RESERVED_SLUGS)), name="project_slug_free"),
            models.CheckConstraint(condition=~Q(name=""), name="project_has_name"),
            models.CheckConstraint(condition=Q(visibility__in=Visibility.values), name="project_visibility_known"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="project_state_known"),
            models.CheckConstraint(
                condition=Q(state=State.DELETING) ^ Q(ends_at=None), name="project_ends_while_deleting"
            ),
            models.CheckConstraint(
                condition=Q(state=State.DELETING) | (Q(state=State.ARCHIVED) ^ Q(archived_at=None)),
                name="project_archived_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "sort_name", "id"], name="project_by_name"),
            models.Index(fields=["organization", "-created_at", "-id"], name="project_by_age"),
            models.Index(fields=["organization", "-changed_at", "-id"], name="project_by_change"),
            models.Index(fields=["ends_at"], condition=Q(state="deleting"), name="project_by_end"),
        ]

    def __str__(self) -> str:
        return self.name

    def copy_search(self, tags: Iterable[str]) -> None:
        """Copy what lists sort and search by, with the names of its tags; saved by the caller."""
        self.sort_name = fold(self.name)[: NAME_LENGTH * 2]
        self.search = fold(" ".join([self.name, self.slug, *tags, self.description]))[:SEARCH_LENGTH]

    def permissions_by_role(self, held: frozenset[Permission]) -> frozenset[Permission]:
        """What may be done in the project by who holds these permissions in the organization: by the role alone."""
        counts = not self.is_restricted or Permission.MANAGE_RESTRICTED_PROJECTS in held
        return held & IN_PROJECTS if counts else frozenset()

    def permissions_of(self, actor: Actor) -> frozenset[Permission]:
        """What an actor may do in the project: its role and what it was granted, together.

        A role counts in projects that the organization sees, and with `MANAGE_RESTRICTED_PROJECTS` in each. What a
        suspension withholds, a grant does not give either; a key that says itself what it may do gets no more from
        its holder's grants; a service key has none. Empty for who may not know of it.
        """
        if actor.is_trusted:
            return IN_PROJECTS
        if actor.organization_id != self.organization_id:
            return frozenset()
        held = self.permissions_by_role(actor.permissions)
        if actor.membership and not held >= (grantable := _grantable(actor)):
            held |= granted_permissions(self, actor.membership) & grantable
        return held if Permission.VIEW_PROJECTS in held else frozenset()

    def grantable_by(self, actor: Actor) -> frozenset[Permission]:
        """The most that an actor may grant others: nobody gives what they do not hold (PRODUCT: *Rules*).

        What a suspension withholds for a time counts as held, as it does for roles (`Actor.covers`).
        """
        if actor.is_trusted:
            return IN_PROJECTS
        if actor.organization_id != self.organization_id:
            return frozenset()
        held = self.permissions_by_role(frozenset(one for one in Permission if actor.holds(frozenset({one}))))
        if actor.membership and held != IN_PROJECTS:
            held |= granted_permissions(self, actor.membership) & _left_by_key(actor)
        return held

    @property
    def is_active(self) -> bool:
        """Whether one can work in it."""
        return self.state == State.ACTIVE

    @property
    def is_restricted(self) -> bool:
        """Whether only those may see it who were granted it."""
        return self.visibility == Visibility.RESTRICTED


def _grantable(actor: Actor) -> frozenset[Permission]:
    """The most that grants can give an actor: what the organization's state and the actor's key leave of it."""
    assert actor.membership is not None  # noqa: S101 -- asked by the callers
    return _left_by_key(actor) - actor.membership.organization.withheld


def _left_by_key(actor: Actor) -> frozenset[Permission]:
    """What a key that says itself what it may do leaves of what can be done in projects."""
    return IN_PROJECTS & actor.key.permissions if actor.key and actor.key.is_limited else IN_PROJECTS


class Tag(models.Model):
    """A word by which projects are found together."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="tags", verbose_name=_("project"))
    name = models.CharField(_("tag"), max_length=TAG_LENGTH)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="project_tag_once"),
            models.CheckConstraint(condition=~Q(name=""), name="project_tag_has_name"),
        ]
        indexes = [models.Index(fields=["name"], name="project_by_tag")]

    def __str__(self) -> str:
        return self.name
