"""API keys: what programs come in with, and what was made of them."""

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from console import credentials
from console.ids import uuid7
from organizations.models.idempotent_request import IdempotentRequest
from organizations.models.membership import Membership
from organizations.models.organization import Organization, Status
from organizations.models.role import PermissionsField
from organizations.roles import EVERYTHING, FOUNDERS_ONLY, PEOPLE, Permission

if TYPE_CHECKING:
    from organizations.actors import Actor

# What secret scanners look for (docs/api.md): the key itself is public, the others are secrets.
KEY_PREFIX = "cnsl_key_"
SECRET_PREFIX = "cnsl_secret_"  # noqa: S105 -- the form of secrets, not one
TOKEN_PREFIX = "cnsl_token_"  # noqa: S105 -- the form of tokens, not one
KEY_LENGTH = 20
SECRET_LENGTH = 40

NAME_LENGTH = 60
# How long a former secret may go on after a rotation, at most.
LONGEST_OVERLAP = timedelta(days=7)
# How long before its end people are told of it, in this order.
END_NOTICES = (timedelta(days=30), timedelta(days=7), timedelta(days=1))
# What a sealed secret is sealed for (console.sealing).
PURPOSE = "organizations.api_key"
# What the digest of a token is made for.
TOKEN_PURPOSE = "organizations.api_token"  # noqa: S105 -- a purpose, not a token


def _make_access_id() -> str:
    return credentials.make(KEY_PREFIX, KEY_LENGTH)


class Kind(models.TextChoices):
    """Whose key it is."""

    PAIR = "pair", _("first pair")
    NAMED = "named", _("further key")
    SERVICE = "service", _("service key")


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    """Sets of keys."""

    def of(self, membership: Membership) -> Self:
        """A member's own keys, the first pair first."""
        return self.filter(membership=membership).order_by("-kind", "-id")

    def visible_to(self, actor: "Actor") -> Self:
        """Those that an actor may know of, over or not: its own, and the organization's for who manages them.

        A key sees itself, too; a further key of a member sees beside itself only keys that may do no more than it. That
        a suspension lets nobody make service keys hides none: they are still rotated and revoked then
        (docs/decisions/0026).
        """
        itself, seen = Q(pk=actor.key_id), Q(pk=None)
        if actor.membership:
            seen |= Q(membership=actor.membership)
        if actor.holds(frozenset({Permission.MANAGE_SERVICE_KEYS})):
            seen |= Q(kind=Kind.SERVICE)
        if actor.key and actor.key.kind == Kind.NAMED:
            seen &= ~Q(kind=Kind.PAIR)
            for permission in EVERYTHING - actor.key.permissions:
                seen &= ~Q(permissions__contains=f",{permission},")
        return self.filter(itself | seen)

    def live(self) -> Self:
        """Those that were not revoked and whose end has not come, whether or not they have a secret yet."""
        now = timezone.now()
        return self.filter(revoked_at=None).filter(Q(expires_at=None) | Q(expires_at__gt=now))

    def expired(self) -> Self:
        """Those whose end has come and was not told, the longest over first, where it is open."""
        untold = Q(expiry_told_at=None) | Q(expiry_told_at__lt=F("expires_at"))
        over = self.filter(untold, expires_at__lte=timezone.now(), revoked_at=None)
        return over.exclude(organization__status=Status.CLOSED).order_by("expires_at", "id")

    def untold(self) -> Self:
        """Those whose end is near and was not told since it came that near (`END_NOTICES`), where it is open."""
        now = timezone.now()
        near = Q()
        for notice in END_NOTICES:
            told_before = Q(expiry_told_at=None) | Q(expiry_told_at__lt=F("expires_at") - notice)
            near |= Q(expires_at__lte=now + notice) & told_before
        ending = self.live().filter(near).exclude(organization__status=Status.CLOSED)
        return ending.order_by("expires_at", "id")

    def orphaned(self) -> Self:
        """Those of members who are none any more."""
        return self.filter(membership=None).exclude(kind=Kind.SERVICE)

    def end(self) -> int:
        """Make an end of them: no secret, no token, nothing that was answered is left. Returns how many they are."""
        ids = list(self.values_list("pk", flat=True))
        ApiToken.objects.filter(key__in=ids).delete()
        IdempotentRequest.objects.filter(key__in=ids).delete()
        return self.model.objects.filter(pk__in=ids).update(
            secret="",
            former_secret="",
            former_until=None,
            revoked_at=Coalesce("revoked_at", Value(timezone.now())),
        )


class ApiKey(models.Model):
    """A key and its secret, with which a program acts in one organization (text 004, *Accounts and API keys*).

    ``access_id``: the key's public name. ``kind``: the *pair* that each membership has from its first day, whose secret
    is made when somebody asks for it and that may do whatever its member may; further, *named* keys of a member;
    *service* keys, which are the organization's and outlive their maker. ``permissions``: the most that a named or a
    service key may do; what a member's key may do is never more than the member may at that moment.

    ``networks``: in CIDR form, from where it may be used; empty for anywhere. ``secret``: sealed, since signatures need
    it; empty until it is made, and once the key is over. ``former_secret`` goes on until ``former_until`` after a
    rotation. A member's key without its membership belongs to somebody who left: it is dead, and kept for a time to
    say so.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="api_keys", verbose_name=_("organization")
    )
    membership = models.ForeignKey(
        Membership, models.SET_NULL, null=True, blank=True, related_name="api_keys", verbose_name=_("membership")
    )
    kind = models.CharField(_("kind"), max_length=7, choices=Kind)
    name = models.CharField(_("name"), max_length=NAME_LENGTH, blank=True)
    access_id = models.CharField(_("key"), max_length=40, unique=True, default=_make_access_id, editable=False)
    permissions = PermissionsField(_("permissions"), default=frozenset, blank=True)
    networks = models.JSONField(_("allowed networks"), default=list, blank=True)
    secret = models.TextField(editable=False, blank=True)
    secret_made_at = models.DateTimeField(_("secret made"), null=True, editable=False)
    former_secret = models.TextField(editable=False, blank=True)
    former_until = models.DateTimeField(null=True, editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    expiry_told_at = models.DateTimeField(null=True, editable=False)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    last_used_from = models.GenericIPAddressField(_("last used from"), null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="api_key_kind_known"),
            models.CheckConstraint(condition=Q(kind=Kind.PAIR) ^ ~Q(name=""), name="api_key_named_unless_pair"),
            models.CheckConstraint(
                # Nobody stands behind a service key: what it may do, it says itself.
                condition=~Q(kind=Kind.SERVICE) | Q(membership=None),
                name="api_key_service_is_nobodys",
            ),
            models.UniqueConstraint(
                fields=["membership"], condition=Q(kind=Kind.PAIR, revoked_at=None), name="api_key_one_pair"
            ),
            models.CheckConstraint(
                # It may do what its member may.
                condition=~Q(kind=Kind.PAIR) | Q(permissions=","),
                name="api_key_pair_says_nothing",
            ),
            models.CheckConstraint(
                condition=Q(former_secret="", former_until=None)
                | (~Q(former_secret="") & Q(former_until__isnull=False)),
                name="api_key_former_secret_ends",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | Q(secret="", former_secret=""), name="api_key_revoked_has_no_secret"
            ),
            *(
                models.CheckConstraint(
                    condition=~Q(permissions__contains=f",{permission},"),
                    name=f"api_key_never_{permission}"[:60],
                )
                for permission in sorted(FOUNDERS_ONLY)
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "kind", "-id"], name="api_key_by_organization"),
            models.Index(fields=["expires_at"], condition=Q(expires_at__isnull=False), name="api_key_by_expiry"),
        ]

    def __str__(self) -> str:
        return self.name or self.access_id

    @property
    def version(self) -> str:
        """What its secret is at this moment, for a form: a rotation that was sent twice is done once."""
        return self.secret_made_at.isoformat() if self.secret_made_at else ""

    @property
    def is_rotating(self) -> bool:
        """Whether its former secret still goes on."""
        return bool(self.former_secret and self.former_until and self.former_until > timezone.now())

    @property
    def ends_soon(self) -> bool:
        """Whether it expires so soon that people are told of it."""
        return self.expires_at is not None and timezone.now() < self.expires_at <= timezone.now() + END_NOTICES[0]

    @property
    def is_service(self) -> bool:
        """Whether it is the organization's own."""
        return self.kind == Kind.SERVICE

    @property
    def is_over(self) -> bool:
        """Whether its end has come."""
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def is_orphaned(self) -> bool:
        """Whether it was a member's who is none any more."""
        return self.membership_id is None and not self.is_service

    @property
    def is_limited(self) -> bool:
        """Whether it says itself what it may do at most; a first pair is as good as its member."""
        return self.kind != Kind.PAIR

    @property
    def may(self) -> frozenset[Permission]:
        """What it may do now: its own permissions, its holder's, and what the organization's state leaves of them."""
        if self.membership:
            held = self.membership.permissions
            return held & self.permissions if self.is_limited else held
        if not self.is_service:
            return frozenset()
        held = self.permissions - self.organization.withheld
        return held - PEOPLE if self.organization.is_personal else held


class ApiKeyAddress(models.Model):
    """An address that a key was used from: a further one is written into the log."""

    key = models.ForeignKey(ApiKey, models.CASCADE, related_name="addresses")
    address = models.GenericIPAddressField(_("IP address"))
    used_at = models.DateTimeField(_("used"), default=timezone.now)

    class Meta:
        verbose_name = _("address of an API key")
        verbose_name_plural = _("addresses of API keys")
        constraints = [models.UniqueConstraint(fields=["key", "address"], name="api_key_address_once")]

    def __str__(self) -> str:
        return self.address


class ApiToken(models.Model):
    """A token that stands for a key for a short time; only its fingerprint is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.ForeignKey(ApiKey, models.CASCADE, related_name="tokens", verbose_name=_("API key"))
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"), db_index=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="api_token_ends"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
