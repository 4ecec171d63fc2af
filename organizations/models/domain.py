"""A domain name that an organization has, and what it means for people with an address in it."""

from typing import Any

import idna
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from console.ids import uuid7
from organizations.models.organization import Organization
from organizations.models.role import RoleHolder

# RFC 1035, section 2.3.4, without the root's dot.
DOMAIN_LENGTH = 253


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


class DomainQuerySet(models.QuerySet["Domain"]):
    """Sets of domains."""

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

    One organization has a proven name; others may claim the same one, and prove nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="domains", verbose_name=_("organization")
    )
    name = models.CharField(_("domain name"), max_length=DOMAIN_LENGTH)
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)
    joining = models.CharField(_("joining"), max_length=7, choices=Joining, default=Joining.OFF)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = DomainQuerySet.as_manager()

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
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Store the name as it is compared."""
        self.name = clean_domain(self.name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; searches find the organization by it from now on, or no longer."""
        super().save(*args, **kwargs)
        self.organization.copy_search()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete; searches no longer find the organization by it."""
        deleted = super().delete(*args, **kwargs)
        self.organization.copy_search()
        return deleted
