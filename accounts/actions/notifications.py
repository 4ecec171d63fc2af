"""What awaits people behind the bell: written and ended by the actions that it is about, in their transaction."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from accounts.models import Notification, User
from accounts.models.notification import NotificationQuerySet
from console.registry import registry

# What a second call for the same user and target renews.
RENEWED = ("organization_id", "address", "names", "created_at", "expires_at", "settled_at")
BATCH = 500


def await_answer(
    users: Iterable[User],
    *,
    kind: str,
    target_id: UUID,
    address: str,
    organization_id: UUID | None = None,
    names: Mapping[str, str],
    expires_at: datetime | None = None,
) -> None:
    """Let something await each of these users, or await them again where it did before: once for each target.

    ``kind``: the key of a registered `NotificationKind`; ``address``: the path of the page that settles it, which must
    not hold a secret (of an invitation it is the list of them, not its link); ``names``: what the kind's sentence says;
    ``expires_at``: when it ends by itself. No event: that is the caller's. Raises KeyError for an unknown kind.
    """
    known = registry.notifications[kind].key
    told = {user.pk: user for user in users}
    Notification.objects.bulk_create(
        (
            Notification(
                user=told[pk],
                kind=known,
                target_id=target_id,
                organization_id=organization_id,
                address=address,
                names=dict(names),
                expires_at=expires_at,
            )
            # In one order: two at once wait for each other, never both.
            for pk in sorted(told)
        ),
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["user", "kind", "target_id"],
        update_fields=RENEWED,
    )


def settle(kind: str, target_id: UUID, user: User | None = None) -> None:
    """End what awaits an answer about a target: for everybody, or for ``user`` alone. Safe to call twice."""
    ended = Notification.objects.filter(kind=kind, target_id=target_id, settled_at=None)
    _end(ended if user is None else ended.filter(user=user))


def settle_all_but(users: Iterable[User], *, kind: str, organization_id: UUID) -> None:
    """End what of a kind awaits anybody else than these users in an organization."""
    awaiting = Notification.objects.filter(kind=kind, organization_id=organization_id, settled_at=None)
    _end(awaiting.exclude(user__in=[user.pk for user in users]))


def settle_all_of(user: User, organization_id: UUID) -> None:
    """End all that awaits a user in an organization, which is no business of theirs any more."""
    _end(Notification.objects.filter(user=user, organization_id=organization_id, settled_at=None))


def read_notifications(*, user: User, pk: UUID | None = None) -> int:
    """Mark news of the user as read, all or one; how many there were. What asks for an answer stays until answered.

    No event: nothing but the number at the bell changes.
    """
    news = [kind.key for kind in registry.notifications.values() if kind.is_news]
    unread = Notification.objects.awaiting().filter(user=user, kind__in=news)
    return _end(unread if pk is None else unread.filter(pk=pk))


def _end(notifications: NotificationQuerySet) -> int:
    return notifications.update(settled_at=timezone.now(), names={})
