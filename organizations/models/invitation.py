"""An offer to join an organization, and its states."""

from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from console.ids import uuid7
from organizations import policies, suspension
from organizations.models.organization import Organization, Status
from organizations.models.role import RoleHolder
from organizations.roles import Permission
from outbox.models import Mail

if TYPE_CHECKING:
    from organizations.actors import Actor

type LinkKind = Literal["mailed", "copied"]


class Resolution(NamedTuple):
    """What a link leads to: the invitation, and whether the link came by mail and is the newest."""

    invitation: "Invitation"
    mailed: bool
    current: bool


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Sets of invitations."""

    def pending(self) -> "InvitationQuerySet":
        """Those that can still be accepted."""
        return self.filter(state=Invitation.State.PENDING, expires_at__gt=timezone.now())

    def overdue(self) -> "InvitationQuerySet":
        """Those whose time is over and that nobody has marked yet."""
        return self.filter(state=Invitation.State.PENDING, expires_at__lte=timezone.now())

    def expired(self) -> "InvitationQuerySet":
        """Those whose time is over, marked or not."""
        return self.filter(models.Q(state=Invitation.State.EXPIRED) | models.Q(pk__in=self.overdue().values("pk")))

    def in_state(self, state: str) -> "InvitationQuerySet":
        """Those in this state now: the clock ends what is open, before anybody has marked it."""
        if state == Invitation.State.PENDING:
            return self.pending()
        return self.expired() if state == Invitation.State.EXPIRED else self.filter(state=state)

    def visible_to(self, actor: "Actor") -> "InvitationQuerySet":
        """Those of a context that an actor may see: all for who may revoke them, else those that they sent.

        A Technical user of text 003 invites, and manages nothing. What nobody sent, the organization did: its own keys
        see that.
        """
        if actor.can(Permission.REVOKE_INVITATIONS):
            return self.all()
        return self.filter(invited_by=actor.user_id) if actor.can(Permission.INVITE_MEMBERS) else self.none()

    def to_remind(self, sent_before: datetime) -> "InvitationQuerySet":
        """Open ones of so long ago, sent by mail, that nobody was reminded of, of organizations that remind and may."""
        return (
            self.pending()
            .filter(sent_at__lte=sent_before, reminded_at=None, mail__isnull=False, organization__reminds_invited=True)
            .exclude(organization__status=Status.CLOSED)
            .exclude(organization__suspended_for__in=suspension.withholding(Permission.INVITE_MEMBERS))
        )

    def for_user(self, user: "User") -> "InvitationQuerySet":
        """Open invitations to a verified address of the user (never to one that is only claimed: ATTACKS 1)."""
        verified = user.verified_addresses()
        mine = user.memberships.values("organization")
        return (
            self.pending()
            .filter(email__in=verified)
            .exclude(organization__status="closed")
            .exclude(organization__in=mine)
        )

    def resolve(self, token: str) -> Resolution | None:
        """What the token of a link leads to; None where it was made up or cut."""
        for kind in ("mailed", "copied"):
            try:
                pk, nonce = signing.loads(token, salt=_salt(kind))
                invitation = self.select_related("organization", "invited_by", "custom_role").get(pk=UUID(hex=pk))
            except (signing.BadSignature, ValueError, Invitation.DoesNotExist):
                continue
            return Resolution(invitation, mailed=kind == "mailed", current=nonce == invitation.nonce)
        return None


def _salt(kind: str) -> str:
    return f"organizations.invitation.{kind}"


def expiry() -> datetime:
    """When an invitation that is sent now ends."""
    return timezone.now() + policies.current().invitation_lifetime


class Invitation(RoleHolder):
    """An offer to an address to join with a role.

    Links are signed, not stored: whoever reads the database cannot accept. ``nonce`` counts the sendings; only links of
    the last one work. A mailed link proves the address, one that the inviter copied does not.
    """

    class State(models.TextChoices):
        """What became of it."""

        PENDING = "pending", _("pending")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        REVOKED = "revoked", _("revoked")
        EXPIRED = "expired", _("expired")
        BOUNCED = "bounced", _("bounced")

    RENEWABLE = frozenset({State.PENDING, State.EXPIRED, State.BOUNCED})

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="invitations", verbose_name=_("organization")
    )
    email = models.EmailField(_("e-mail address"))
    note = models.CharField(_("note"), max_length=500, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.PENDING)
    nonce = models.PositiveIntegerField(default=1, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("invited by")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires"), default=expiry)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    renewal_asked_at = models.DateTimeField(_("new one asked for"), null=True, blank=True)
    mail = models.ForeignKey(Mail, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("mail"))

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            *RoleHolder.Meta.constraints,
            models.UniqueConstraint(
                fields=["organization", "email"], condition=models.Q(state="pending"), name="invitation_open_once"
            ),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="invitation_email_lower"),
            models.CheckConstraint(
                condition=models.Q(state__in=["pending", "accepted", "declined", "revoked", "expired", "bounced"]),
                name="invitation_state_known",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-id"], name="invitation_by_age"),
            models.Index(fields=["organization", "state", "-id"], name="invitation_by_state"),
            models.Index(fields=["email"], name="invitation_by_email"),
            models.Index(fields=["expires_at"], condition=models.Q(state="pending"), name="invitation_by_expiry"),
            models.Index(
                fields=["sent_at"], condition=models.Q(state="pending", reminded_at=None), name="invitation_to_remind"
            ),
            # What somebody sent who sees only that.
            models.Index(fields=["organization", "invited_by", "-id"], name="invitation_by_inviter"),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def status(self) -> "Invitation.State":
        """The state now: pending ends with the clock, before anybody has marked it."""
        if self.state == self.State.PENDING and self.expires_at <= timezone.now():
            return self.State.EXPIRED
        return self.State(self.state)

    @property
    def is_pending(self) -> bool:
        """Whether it can be accepted."""
        return self.status == self.State.PENDING

    @property
    def is_renewable(self) -> bool:
        """Whether it can be sent again."""
        return self.state in self.RENEWABLE

    @property
    def is_revocable(self) -> bool:
        """Whether it can be taken back: an open one, or one that could be sent again."""
        return self.is_renewable

    def is_sent_by(self, actor: "Actor") -> bool:
        """Whether somebody in this organization sent it; what nobody sent is of the organization's own keys."""
        return actor.organization_id == self.organization_id and actor.user_id == self.invited_by_id

    @property
    def is_unmailed(self) -> bool:
        """Whether it is open and no mail was sent: the address wants none, so the link has to be passed on."""
        return self.is_pending and self.mail_id is None

    def token(self, kind: LinkKind) -> str:
        """The token of a link: ``mailed`` only into the mail to the address, ``copied`` for whoever invites."""
        return signing.dumps([self.id.hex, self.nonce], salt=_salt(kind))
