"""The tenant: what everything that is owned or paid belongs to."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from console.ids import uuid7
from console.text import words_of
from organizations import policies
from organizations.models.allowance import Allowance
from organizations.roles import Permission
from organizations.suspension import TABLE, Reason, Suspension

PERSONAL_SLUG = "personal"

# Words that are, or may become, addresses of their own, or that would let somebody pose as the company.
RESERVED_SLUGS = frozenset(
    """about account accounts admin administrator api app apps assets auth billing blog console dashboard docs healthz
    help home hooks invitations legal login logout mail mailbox me metrics new notifications null o oauth
    organization organizations personal pricing privacy profile projects public readyz root security settings signin
    signout signup sso staff static status styleguide support system terms transfers undefined users www""".split()  # noqa: SIM905 -- 60 words read better
)

# Small letters and digits, and single hyphens between them; what PostgreSQL, SQLite and Python read alike.
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
SLUG_LENGTH = 40
# The ages of a session, in hours, after which an organization may ask again who one is.
SESSION_HOURS = (1, 8, 24, 168)
NAME_LENGTH = 80
SEARCH_LENGTH = 1000
# What searches find an organization by, besides its domains.
SEARCHED = frozenset({"name", "slug", "description"})

validate_slug = RegexValidator(
    SLUG.replace("$", r"\Z"),
    _("Use small letters, digits and single hyphens, with a letter or digit at both ends."),
    code="slug",
)


class Kind(models.TextChoices):
    """What sort of tenant it is."""

    TEAM = "team", _("organization")
    PERSONAL = "personal", _("personal account")


class Status(models.TextChoices):
    """Whether an organization may work."""

    ACTIVE = "active", pgettext_lazy("organization", "active")
    SUSPENDED = "suspended", _("suspended")
    CLOSED = "closed", _("closed")


class Discoverability(models.TextChoices):
    """Whether people who are not members can find an organization."""

    OFF = "off", _("only its members")
    PUBLIC = "public", _("everybody who is signed in")


class OrganizationQuerySet(models.QuerySet["Organization"]):
    """Sets of organizations."""

    def discoverable(self) -> "OrganizationQuerySet":
        """Those that people who are not members may find: working teams that want to be found."""
        return self.filter(kind=Kind.TEAM, discoverability=Discoverability.PUBLIC).exclude(status=Status.CLOSED)

    def lock(self, pk: UUID) -> "Organization":
        """The organization, locked until the transaction ends: changes of its people or state take this lock first.

        Raises Organization.DoesNotExist.
        """
        return self.select_for_update(no_key=True).get(pk=pk)


class Organization(models.Model):
    """A tenant. A team has members; a personal account belongs to exactly one user and ends with them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.TEAM)
    name = models.CharField(_("name"), max_length=NAME_LENGTH, blank=True)
    slug = models.CharField(_("address"), max_length=SLUG_LENGTH, validators=[validate_slug])
    description = models.CharField(_("description"), max_length=280, blank=True)
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.ACTIVE)
    suspended_for = models.CharField(_("suspended for"), max_length=8, choices=Reason, blank=True)
    # While staff have suspended it: what it is suspended for besides, and remains so when they lift theirs.
    also_suspended_for = models.CharField(
        _("also suspended for"), max_length=8, choices=Reason, blank=True, editable=False
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    # The name of its files (accounts.pictures); none: initials.
    logo = models.UUIDField(_("logo"), null=True, editable=False)
    discoverability = models.CharField(
        _("who can find it"), max_length=6, choices=Discoverability, default=Discoverability.OFF
    )
    members_may_invite = models.BooleanField(_("every member may invite"), default=False)
    reminds_invited = models.BooleanField(_("the invited are reminded"), default=True)
    # From when on it is closed to members without a second factor; None: nobody is asked for one.
    second_factor_from = models.DateTimeField(_("second factor from"), null=True, blank=True)
    # When that, or what counts as one, was decided: members without are told of what was decided last.
    second_factor_set_at = models.DateTimeField(null=True, editable=False)
    phone_is_second_factor = models.BooleanField(_("codes by text message count"), default=True)
    # Hours after which a member signs in again; None: as long as the session lasts.
    session_hours = models.PositiveSmallIntegerField(_("maximum age of sessions"), null=True, blank=True)
    # A copy of what the directory searches, so that an index finds it.
    search = models.CharField(max_length=SEARCH_LENGTH, editable=False, default="")
    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="personal_account",
        verbose_name=_("person"),
        help_text=_("Whose personal account it is."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        constraints = [
            models.UniqueConstraint(fields=["slug"], condition=models.Q(kind=Kind.TEAM), name="team_slug_unique"),
            models.CheckConstraint(
                condition=models.Q(kind=Kind.PERSONAL, slug=PERSONAL_SLUG, name="", person__isnull=False)
                | (models.Q(kind=Kind.TEAM, person__isnull=True) & ~models.Q(slug=PERSONAL_SLUG) & ~models.Q(name="")),
                name="organization_personal_has_person",
            ),
            models.CheckConstraint(condition=models.Q(slug__regex=SLUG), name="organization_slug_well_formed"),
            models.CheckConstraint(
                # A closed one keeps the reason for which it was suspended, in case it is opened again.
                condition=models.Q(status=Status.CLOSED)
                | (models.Q(status=Status.SUSPENDED) ^ models.Q(suspended_for="")),
                name="organization_suspended_for_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(also_suspended_for="")
                | models.Q(also_suspended_for__in=[Reason.UNFUNDED, Reason.PAST_DUE], suspended_for=Reason.STAFF),
                name="organization_also_suspended_by_staff",
            ),
            models.CheckConstraint(
                condition=models.Q(status=Status.CLOSED) ^ models.Q(closed_at=None),
                name="organization_closed_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(discoverability__in=Discoverability.values),
                name="organization_discoverability_known",
            ),
            models.CheckConstraint(
                # Nobody but its person is in a personal account, so it asks nobody for more than the console does.
                condition=models.Q(kind=Kind.TEAM) | models.Q(second_factor_from=None, session_hours=None),
                name="organization_personal_asks_nothing",
            ),
            models.CheckConstraint(
                condition=models.Q(session_hours=None) | models.Q(session_hours__in=SESSION_HOURS),
                name="organization_session_hours_known",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=Status.values) & models.Q(kind__in=Kind.values),
                name="organization_state_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["second_factor_from"],
                condition=models.Q(second_factor_from__isnull=False),
                name="organization_second_factor",
            ),
            models.Index(
                fields=["name", "id"],
                # Word for word what `discoverable` asks for: the database uses it for nothing else.
                condition=models.Q(kind=Kind.TEAM, discoverability=Discoverability.PUBLIC)
                & ~models.Q(status=Status.CLOSED),
                name="organization_in_directory",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with the copy that searches read where what it is made of is saved too."""
        fields = kwargs.get("update_fields")
        if fields is None or SEARCHED.intersection(fields):
            self.search = self._searched()
            kwargs["update_fields"] = fields and {*fields, "search"}
        super().save(*args, **kwargs)

    def copy_search(self) -> None:
        """Copy what searches read once more, after a change of its domains."""
        Organization.objects.filter(pk=self.pk).update(search=self._searched())

    def _searched(self) -> str:
        known = not (self._state.adding or self.is_personal)
        domains = self.domains.verified().order_by("name").values_list("name", flat=True) if known else []
        # Each word with a space before it: short ones are searched as beginnings.
        return "".join(f" {word}" for word in words_of(" ".join([self.name, self.slug, *domains, self.description])))[
            :SEARCH_LENGTH
        ]

    @property
    def display_name(self) -> str:
        """What people see it called; a personal account has no name of its own."""
        return capfirst(str(Kind.PERSONAL.label)) if self.is_personal else self.name

    def allowed(self, limit: Allowance.Name) -> int | None:
        """How much of ``limit`` this organization has; None for any number.

        What staff have set for it counts, else what its plan says, else the policy.
        """
        own = dict(self.allowances.filter(name=limit).values_list("source", "amount"))
        standard: int | None = getattr(policies.current(), limit)
        return own.get(Allowance.Source.STAFF, own.get(Allowance.Source.PLAN, standard))

    @property
    def is_personal(self) -> bool:
        """Whether it is somebody's personal account."""
        return self.kind == Kind.PERSONAL

    @property
    def is_closed(self) -> bool:
        """Whether it is over."""
        return self.status == Status.CLOSED

    @property
    def takes_members(self) -> bool:
        """Whether somebody may come in: not once it is closed, nor while a suspension stops inviting."""
        return not self.is_closed and Permission.INVITE_MEMBERS not in self.withheld

    @property
    def suspension(self) -> Suspension:
        """What its suspension means; one that stops nothing where it is not suspended.

        What it is suspended for besides (``also_suspended_for``) stops nothing more than what staff stop.
        """
        return TABLE[self.suspended_for]

    @property
    def withheld(self) -> frozenset[Permission]:
        """What nobody may do here while it is suspended, whatever their role."""
        return self.suspension.withholds

    @property
    def why_suspended(self) -> str:
        """What its suspension stops, and who ends it, in sentences; empty where it is not suspended."""
        return self.suspension.said(is_personal=self.is_personal)


class Slug(models.Model):
    """A slug that an organization has, or once had: it stays its own, and old addresses lead to the new one."""

    slug = models.CharField(primary_key=True, max_length=40)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="slugs", verbose_name=_("organization"))

    class Meta:
        verbose_name = _("slug")
        verbose_name_plural = _("slugs")

    def __str__(self) -> str:
        return self.slug
