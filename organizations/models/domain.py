"""A domain name that an organization has, and what it means for people with an address in it."""

import secrets
from datetime import datetime
from typing import Any, ClassVar, Self, override

import idna
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from console.ids import uuid7
from organizations.models.organization import Organization, Status
from organizations.models.role import RoleHolder
from organizations.roles import Permission
from organizations.suspension import withholding
from outbox.leases import LeasedQuerySet

# RFC 1035, section 2.3.4, without the root's dot.
DOMAIN_LENGTH = 253
# The record that proves a domain: beside it, so that it is in nobody's way (RFC 8552).
RECORD_LABEL = "_console-verification"
RECORD_PREFIX = "console-verification="
# Characters of another record that are kept, to show it.
FOUND_LENGTH = 100
# What the bell calls a domain that needs somebody (organizations.notices).
DOMAIN_NOTICE = "domain"


def new_token() -> str:
    """What nobody guesses: 32 random bytes in URL-safe base64."""
    return secrets.token_urlsafe(32)


class Problem(models.TextChoices):
    """What a look-up found instead of the record (organizations.dns); with `TAKEN` it found the record."""

    NO_NAME = "no_name", _("no such name")
    NO_RECORD = "no_record", _("no TXT record")
    OTHER_RECORD = "other_record", _("another TXT record")
    NO_ANSWER = "no_answer", _("no answer")
    TAKEN = "taken", _("proven by another organization")


class Joining(models.TextChoices):
    """What happens to somebody who proves an address in the domain (PRODUCT: *Verified domains*)."""

    OFF = "off", _("nothing")
    SUGGEST = "suggest", _("the organization is suggested to them")
    JOIN = "join", _("they become a member")


def clean_domain(name: str) -> str:
    """A domain name as it is stored and compared: in small letters, in ASCII, without the root's dot.

    Other letters have their `xn--` form (RFC 5891), as in addresses. Raises ValidationError for what is no name of a
    host in a domain: an IP address, a single word, a wildcard.
    """
    try:
        ascii_name = idna.encode(name.strip().rstrip("."), uts46=True, std3_rules=True).decode().lower()
    except idna.IDNAError:
        ascii_name = ""
    if "." not in ascii_name or len(ascii_name) > DOMAIN_LENGTH or ascii_name.rpartition(".")[2].isdigit():
        raise ValidationError(_("Enter a domain name such as example.com."), code="domain")
    return ascii_name


class DomainQuerySet(LeasedQuerySet["Domain"]):
    """Sets of domains; `due`: those that are to be looked up in DNS."""

    @override
    def due(self) -> Self:
        """Those whose time has come, and that nobody looks up; of a closed organization none."""
        return super().due().exclude(organization__status=Status.CLOSED)

    def letting_in(self) -> "DomainQuerySet":
        """Those in which some who have an address there already are still to be let in, while anybody may come in."""
        stopped = models.Q(organization__suspended_for__in=withholding(Permission.INVITE_MEMBERS))
        stopped |= models.Q(organization__status=Status.CLOSED)
        return self.verified().exclude(stopped).filter(joining=Joining.JOIN, let_in_after__isnull=False)

    def verified(self) -> "DomainQuerySet":
        """Those that were proven."""
        return self.filter(verified_at__isnull=False)

    def of_address(self, email: str) -> "DomainQuerySet":
        """The proven domain that the address is in: exactly that one, for parts of it may be others'."""
        return self.verified().filter(name=email.rpartition("@")[2].lower())

    def welcoming(self, user: User) -> "DomainQuerySet":
        """Those whose organization is suggested to the user, who has proven an address in them."""
        names = {email.rpartition("@")[2] for email in user.verified_addresses()}
        return self.verified().filter(name__in=names).exclude(joining=Joining.OFF)


class Domain(RoleHolder):
    """A domain name of an organization, proven or not yet; ``role``: as what people join by it.

    One organization has a proven name; others may claim the same one, and prove nothing. ``token``: what the TXT record
    must say, so that only who runs the domain proves it; ``problem``: what the last check found instead, empty where
    the record is there, and ``found``: what another record said; ``missing_since``: since when a proven name lacks it,
    and ``lapses_at``: when it is lost if that stays so; ``lost_at``: when it was; ``given_up_at``: since when nobody
    looks any more unless somebody asks. Checks are claimed as leases are (outbox.leases). ``let_in_after``: up to which
    address (by its id) those who had one when joining was switched on were let in; None: all were.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="domains", verbose_name=_("organization")
    )
    name = models.CharField(_("domain name"), max_length=DOMAIN_LENGTH)
    token = models.CharField(max_length=43, editable=False, default=new_token)
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True, editable=False)
    missing_since = models.DateTimeField(_("record missing since"), null=True, blank=True, editable=False)
    lapses_at = models.DateTimeField(_("lost on"), null=True, blank=True, editable=False)
    lost_at = models.DateTimeField(_("lost"), null=True, blank=True, editable=False)
    given_up_at = models.DateTimeField(_("given up"), null=True, blank=True, editable=False)
    problem = models.CharField(_("what was found"), max_length=20, choices=Problem, blank=True, editable=False)
    found = models.CharField(max_length=FOUND_LENGTH, blank=True, editable=False)
    due_at = models.DateTimeField(_("next check"), null=True, blank=True, default=timezone.now)
    claimed_until = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveBigIntegerField(default=0, editable=False)
    joining = models.CharField(_("joining"), max_length=7, choices=Joining, default=Joining.OFF)
    let_in_after = models.PositiveBigIntegerField(null=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects: ClassVar[DomainQuerySet] = DomainQuerySet.as_manager()  # type: ignore[assignment] # the stubs say Manager

    class Meta:
        verbose_name = _("domain")
        verbose_name_plural = _("domains")
        constraints = [
            *RoleHolder.Meta.constraints,
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(verified_at__isnull=False), name="domain_verified_once"
            ),
            models.UniqueConstraint(fields=["organization", "name"], name="domain_claimed_once"),
            models.CheckConstraint(
                condition=models.Q(name=Lower("name")) & ~models.Q(name=""), name="domain_name_lower"
            ),
            models.CheckConstraint(
                condition=models.Q(joining="off")
                | models.Q(joining__in=["suggest", "join"], verified_at__isnull=False),
                name="domain_joining_is_proven",
            ),
            models.CheckConstraint(
                condition=models.Q(missing_since=None, lapses_at=None)
                | models.Q(missing_since__isnull=False, lapses_at__isnull=False, verified_at__isnull=False),
                name="domain_missing_was_proven",
            ),
            models.CheckConstraint(
                condition=models.Q(lost_at=None, given_up_at=None) | models.Q(verified_at=None),
                name="domain_lost_is_not_proven",
            ),
            models.CheckConstraint(
                condition=models.Q(let_in_after=None) | models.Q(joining="join"), name="domain_lets_in_who_join"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="domain_due"),
            models.Index(fields=["id"], condition=models.Q(let_in_after__isnull=False), name="domain_letting_in"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Store the name as it is compared."""
        self.name = clean_domain(self.name)

    @property
    def record_name(self) -> str:
        """Where the TXT record stands that proves the name."""
        return f"{RECORD_LABEL}.{self.name}"

    @property
    def is_proven(self) -> bool:
        """Whether the name is the organization's own, also while its record is missing."""
        return self.verified_at is not None

    @property
    def waiting_since(self) -> datetime:
        """Since when it waits to be proven: since it was added, or since it was lost."""
        return self.lost_at or self.created_at

    @property
    def record_value(self) -> str:
        """What that record says."""
        return f"{RECORD_PREFIX}{self.token}"

    def addresses_outside(self) -> models.QuerySet[EmailAddress]:
        """Addresses in the domain that somebody has proven who is no member, and whom nobody there has removed."""
        removed = Removal.objects.filter(organization=self.organization_id).values("user")
        here = EmailAddress.objects.filter(verified=True, email__endswith=f"@{self.name}", user__is_active=True)
        members = models.Q(user__memberships__organization=self.organization_id)
        outside: models.QuerySet[EmailAddress] = here.exclude(members).exclude(user__in=removed)
        return outside

    @property
    def trouble(self) -> str:
        """What the last check found instead of the record, as a sentence; empty where nothing is wrong."""
        names = {"record": self.record_name, "name": self.name, "found": self.found}
        return (
            {
                Problem.NO_NAME: gettext("There is nothing at %(record)s."),
                Problem.NO_RECORD: gettext("There is no TXT record at %(record)s."),
                Problem.OTHER_RECORD: gettext("The TXT record at %(record)s says something else: “%(found)s”."),
                Problem.NO_ANSWER: gettext(
                    "The name servers of %(name)s did not answer, so nobody knows what they say."
                ),
                Problem.TAKEN: gettext(
                    "The record is right, but another organization has proven %(name)s. It has to remove it first."
                ),
            }.get(Problem(self.problem), "")
            % names
            if self.problem
            else ""
        )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; searches find the organization by it from now on, or no longer."""
        super().save(*args, **kwargs)
        self.organization.copy_search()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete; searches no longer find the organization by it."""
        deleted = super().delete(*args, **kwargs)
        self.organization.copy_search()
        return deleted


class Removal(models.Model):
    """That somebody was removed from an organization by others: no domain lets them in again, until they are invited.

    Gone once they are a member again, and with the account.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="removals", verbose_name=_("organization")
    )
    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("user"))
    removed_at = models.DateTimeField(_("removed"), auto_now_add=True)

    class Meta:
        verbose_name = _("removal")
        verbose_name_plural = _("removals")
        constraints = [models.UniqueConstraint(fields=["organization", "user"], name="removed_once")]

    def __str__(self) -> str:
        return f"{self.removed_at}"
