"""A user in an organization."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.db.models import ForeignObjectRel
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from console.ids import uuid7
from console.text import fold
from organizations import policies
from organizations.models.organization import Kind, Organization, Status
from organizations.models.role import CUSTOM_RANK, FOUNDER_RANK, CustomRole, RoleHolder
from organizations.policies import Policy, Role
from organizations.roles import PEOPLE, Permission

# How long before its end a member is told of it, the first time and the last.
END_NOTICES = (timedelta(days=7), timedelta(days=1))
# So many are told of what concerns whoever may do something.
TOLD = 50


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Sets of memberships."""

    def bulk_create(self, objs: Iterable["Membership"], *args: Any, **kwargs: Any) -> list["Membership"]:
        """Make many at once, each with its first pair of keys, as `Membership.save` does."""
        with transaction.atomic():
            made = super().bulk_create(objs, *args, **kwargs)
            _give_pairs(made)
        return made

    def current(self) -> "MembershipQuerySet":
        """Those whose end, if they have one, has not come: the clock ends them before the task takes them away."""
        return self.filter(models.Q(ends_at=None) | models.Q(ends_at__gt=timezone.now()))

    def overdue(self) -> "MembershipQuerySet":
        """Those whose end has come and that are still there, the longest over first.

        In a closed organization nobody is told of anything any more: there they end once it is open again, or with it.
        """
        over = self.filter(ends_at__lte=timezone.now()).exclude(organization__status=Status.CLOSED)
        return over.order_by("ends_at", "id")

    def untold(self) -> "MembershipQuerySet":
        """Those whose end is near and whose member has not been told since it came that near, where it is open."""
        now = timezone.now()
        near = models.Q()
        for notice in END_NOTICES:
            told_before = models.Q(end_told_at=None) | models.Q(end_told_at__lt=models.F("ends_at") - notice)
            near |= models.Q(ends_at__lte=now + notice) & told_before
        ending = self.filter(near, ends_at__gt=now).exclude(organization__status=Status.CLOSED)
        return ending.order_by("ends_at", "id")

    def of(self, user: User) -> "MembershipQuerySet":
        """Every context of a user, the last used first; closed organizations are none.

        Where the policy has no personal accounts, one that was made under another policy is none either.
        """
        mine = self.current().filter(user=user).exclude(organization__status=Status.CLOSED)
        if not policies.current().has_personal_accounts:
            mine = mine.exclude(organization__kind=Kind.PERSONAL)
        return mine.select_related("organization", "custom_role").order_by("-last_active_at", "-id")

    def at(self, user: User, slug: str) -> "Membership":
        """The user's membership in the organization that has this slug, or once had it.

        Raises Membership.DoesNotExist, for a stranger just as for an organization that is not there.
        """
        if slug == "personal":
            return self.of(user).get(organization__kind=Kind.PERSONAL)
        return self.of(user).get(organization__slugs__slug=slug)

    def founders(self) -> "MembershipQuerySet":
        """Those with the founder's role."""
        return self.filter(role=policies.current().founder.key)

    def irreplaceable(self) -> "MembershipQuerySet":
        """Those who alone have the founder's role in their team; a closed one needs nobody."""
        others = Membership.objects.founders().filter(organization=models.OuterRef("organization"))
        return (
            self.founders()
            .filter(~models.Exists(others.exclude(pk=models.OuterRef("pk"))), organization__kind=Kind.TEAM)
            .exclude(organization__status=Status.CLOSED)
        )

    def with_role(self, role: Role) -> "MembershipQuerySet":
        """Those with this role, found by the index that begins with its rank, among however many others."""
        columns = Membership.columns_for(role, policies.current())
        return self.filter(role=columns["role"], custom_role=columns["custom_role_id"], rank=columns["rank"])

    def holding(self, permission: Permission) -> "MembershipQuerySet":
        """Those whose role has the permission, or whose organization gives it to every member."""
        built_in = [role.key for role in policies.current().roles_with(permission)]
        holds = models.Q(role__in=built_in) | models.Q(custom_role__in=CustomRole.objects.granting(permission))
        if permission == Permission.INVITE_MEMBERS:
            holds |= models.Q(organization__members_may_invite=True)
        return self.filter(holds)

    def to_be_told(self, permission: Permission, most: int = TOLD) -> list[User]:
        """Whom to tell of what takes ``permission``: the first by role, and then by time, who hold it and can sign in.

        ``most``: how many at most; an organization may have thousands.
        """
        found = self.current().holding(permission).filter(user__is_active=True)
        return [membership.user for membership in found.select_related("user").order_by("rank", "id")[:most]]

    def matching(self, term: str) -> "MembershipQuerySet":
        """Those whose name or address contains every word of ``term``; of a long one, the first ten words."""
        found = self
        for word in fold(term[:200]).split()[:10]:
            found = found.filter(search__contains=word)
        return found


class Membership(RoleHolder):
    """A user in an organization, with one role.

    ``rank`` is the role's place in the policy; ``ends_at``: when it ends by itself, never for the founder's role;
    ``sort_name`` and ``search`` are copies of the user's name and address:
    so that a long list is sorted and searched in one table.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="memberships", verbose_name=_("organization")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("user")
    )
    rank = models.PositiveSmallIntegerField(editable=False)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now, db_default=Now())
    last_active_at = models.DateTimeField(_("last active"), default=timezone.now, db_default=Now())
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    end_told_at = models.DateTimeField(null=True, blank=True, editable=False)
    # When the member was last told that the organization asks for a second factor.
    factor_told_at = models.DateTimeField(null=True, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("invited by")
    )
    sort_name = models.CharField(max_length=320, editable=False)
    search = models.CharField(max_length=600, editable=False)

    # Set for a request (organizations.gates): whether its user must set a second factor up to stay.
    lacks_factor = False

    objects = MembershipQuerySet.as_manager()

    # What `give` changes.
    ROLE_FIELDS = ("role", "custom_role", "rank", "ends_at", "end_told_at")

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            *RoleHolder.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "user"], name="membership_once"),
            models.CheckConstraint(
                condition=models.Q(ends_at=None) | ~models.Q(rank=FOUNDER_RANK), name="membership_founder_does_not_end"
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "sort_name", "id"], name="membership_by_name"),
            models.Index(fields=["organization", "rank", "id"], name="membership_by_rank"),
            models.Index(fields=["organization", "joined_at", "id"], name="membership_by_joining"),
            models.Index(fields=["organization", "last_active_at", "id"], name="membership_by_activity"),
            models.Index(fields=["user", "-last_active_at", "-id"], name="membership_by_last_use"),
            models.Index(fields=["ends_at"], condition=models.Q(ends_at__isnull=False), name="membership_by_end"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organization}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save it; a new one gets its first pair of keys here, by whatever way it came about (text 004, *API keys*)."""
        is_new = self._state.adding
        with transaction.atomic():
            super().save(*args, **kwargs)
            if is_new:
                _give_pairs([self])

    def copy_name(self) -> None:
        """Copy what lists sort and search by from the user."""
        self.sort_name = fold(self.user.name)[:320]
        self.search = fold(f"{self.user.get_full_name()} {self.user.email}")[:600]

    @classmethod
    def build(cls, **fields: object) -> "Membership":
        """A membership ready to be saved, with its copies made."""
        membership = cls(**fields)
        membership.copy_name()
        membership.give(membership.held_role)
        return membership

    @classmethod
    def columns_for(cls, role: Role, policy: Policy) -> dict[str, Any]:
        """The columns of any row that names a role, the rank by which lists sort, and no end for the founder's role.

        `ROLE_FIELDS` names them all, for who saves what `give` changed.
        """
        rank = [known.key for known in policy.roles].index(role.key) if policy.knows(role) else CUSTOM_RANK
        endless = {"ends_at": None, "end_told_at": None} if rank == FOUNDER_RANK else {}
        return {**super().columns_for(role, policy), "rank": rank, **endless}

    @property
    def is_founder(self) -> bool:
        """Whether it has the founder's role."""
        return self.role == policies.current().founder.key

    @property
    def permissions(self) -> frozenset[Permission]:
        """What may be done now: the role's and what the organization lets all do, less what its state withholds."""
        held = self.held_role.permissions
        if self.organization.members_may_invite:
            held |= {Permission.INVITE_MEMBERS}
        held -= self.organization.withheld
        return held - PEOPLE if self.organization.is_personal else held


def _give_pairs(memberships: Iterable[Membership]) -> None:
    """Give new memberships their first pair; the keys' own module comes after this one."""
    relation = Membership._meta.get_field("api_keys")
    assert isinstance(relation, ForeignObjectRel)  # noqa: S101 -- for the type checker
    keys = relation.related_model
    keys._default_manager.bulk_create(
        keys(organization_id=membership.organization_id, membership=membership, kind="pair")
        for membership in memberships
    )


def rename_memberships(user: User) -> None:
    """Copy a changed name or address into the user's memberships."""
    memberships: Iterable[Membership] = Membership.objects.filter(user=user).select_related("user")
    changed = []
    for membership in memberships:
        before: tuple[str, str] = (membership.sort_name, membership.search)
        membership.user = user
        membership.copy_name()
        if before != (membership.sort_name, membership.search):
            changed.append(membership)
    Membership.objects.bulk_update(changed, ["sort_name", "search"], batch_size=500)


def is_member(organization_id: UUID, email: str) -> bool:
    """Whether a member has this primary address; their other addresses stay unknown."""
    return Membership.objects.filter(organization_id=organization_id, user__email=email.lower()).exists()
