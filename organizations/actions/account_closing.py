"""What becomes of organizations when a user's account ends: the teams stay, and keep somebody who runs them."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actors import Actor
from audit.erasure import erase
from audit.models import Event
from audit.recording import record
from console.refusal import Refused
from organizations import policies
from organizations.actions.invitations import forget_batches_of
from organizations.actions.join_requests import withdraw_requests_of
from organizations.actions.memberships import end_membership
from organizations.models import (
    ApiKey,
    Appointment,
    BatchRow,
    Invitation,
    InvitationBatch,
    JoinRequest,
    Membership,
    Organization,
)
from organizations.models.api_key import Kind
from outbox.forgetting import forget_mentions
from outbox.models import Mail

State = Invitation.State
ENDINGS = ("membership.left", "membership.removed", "membership.ended")
ANSWERS = ("invitation.accepted", "invitation.declined")


def end_memberships(*, user: User, by: Actor) -> None:
    """End all that a user is in organizations and forget who it was, in the transaction that deletes the account.

    Their open invitations are revoked, as when a member is removed; those to their own addresses go. Raises Refused
    with the teams whose last founder-role member they are (PRODUCT: *Rules for every policy*), or where they join or
    make an organization at this very moment.
    """
    locked = _lock_all(user)
    _keep_founders(user)
    memberships = list(Membership.objects.filter(user=user).select_related("organization", "user").order_by("pk"))
    keys = set(ApiKey.objects.filter(membership__in=memberships).values_list("pk", flat=True))
    for membership in memberships:
        end_membership(membership, "membership.left", by)
    received = _withdraw_from_invitations(user, by)
    forget_batches_of(user, by)
    asked = _withdraw_requests(user, by)
    appointed = set(Appointment.objects.filter(user=user).values_list("pk", flat=True))
    _forget(user, {membership.pk for membership in memberships} | keys | received | asked | appointed, locked)


def _lock_all(user: User) -> set[UUID]:
    """Lock every organization that names the user, and then the user, so that no other can; their ids.

    In the order of their ids: two who end their accounts at once wait for each other, never both.
    """
    locked = {row.pk for row in _naming(user).select_for_update(no_key=True).order_by("pk")}
    # From now on no row can be made that names the user; whoever is making one is waited for.
    if not User.objects.select_for_update().filter(pk=user.pk).exists():
        raise Refused(_("This account is gone already."), code="gone")
    if _naming(user).exclude(pk__in=locked).exists():
        raise Refused(_("Your organizations change at this moment. Try again."), code="busy")
    return locked


def _naming(user: User) -> QuerySet[Organization]:
    return Organization.objects.filter(
        Q(person=user)
        | Q(pk__in=Membership.objects.filter(Q(user=user) | Q(invited_by=user)).values("organization"))
        | Q(pk__in=Invitation.objects.filter(_sent_or_received(user)).values("organization"))
        | Q(pk__in=InvitationBatch.objects.filter(by=user).values("organization"))
        | Q(pk__in=BatchRow.objects.filter(email__in=list(user.verified_addresses())).values("batch__organization"))
        | Q(pk__in=JoinRequest.objects.filter(user=user).pending().values("organization"))
    )


def _sent_or_received(user: User) -> Q:
    return Q(invited_by=user) | Q(email__in=list(user.verified_addresses()))


def _keep_founders(user: User) -> None:
    held = Membership.objects.filter(user=user).irreplaceable().order_by("organization__name", "pk")
    if names := list(held.values_list("organization__name", flat=True)):
        raise Refused(
            _("You are the last %(role)s of %(organizations)s. Give somebody else that role first.")
            % {"role": policies.current().founder.label, "organizations": get_text_list(names, _("and"))},
            code="last-founder",
        )


def _withdraw_from_invitations(user: User, by: Actor) -> set[UUID]:
    """Take back the invitations to the user's own addresses, and what they wrote to others; the ids of the former."""
    answered = Event.objects.filter(actor_id=user.pk, action__in=ANSWERS).values("target_id")
    received = Invitation.objects.filter(Q(email__in=list(user.verified_addresses())) | Q(pk__in=answered))
    for invitation in received.filter(state=State.PENDING):
        record("invitation.declined", by=by, organization_id=invitation.organization_id, target=invitation)
    ids = set(received.values_list("pk", flat=True))
    Invitation.objects.filter(pk__in=ids).delete()
    sent = Invitation.objects.filter(invited_by=user)
    Mail.objects.filter(pk__in=sent.values("mail")).wipe_bodies()
    sent.update(note="")
    return ids


def _withdraw_requests(user: User, by: Actor) -> set[UUID]:
    """Take back the user's requests to join, which go with the account, and the reasons they gave; their ids."""
    withdraw_requests_of(user, by)
    JoinRequest.objects.filter(decided_by=user).update(reason="")
    return set(JoinRequest.objects.filter(user=user).values_list("pk", flat=True))


def _forget(user: User, about: Collection[UUID], organization_ids: Collection[UUID]) -> None:
    """Take the user's name out of the organizations' logs and mails: those they are in, and those they once were in."""
    acted_in = Event.objects.filter(actor_id=user.pk).values_list("organization_id", flat=True).distinct()
    everywhere = {*organization_ids, *filter(None, acted_in)}
    ended = Event.objects.filter(organization_id__in=everywhere, action__in=ENDINGS, before__user=str(user.pk))
    # Keys of memberships that ended earlier; the service keys that they made are the organizations'.
    made = Event.objects.filter(actor_id=user.pk, action="api_key.created", after__kind=Kind.NAMED)
    gone = {*ended.values_list("target_id", flat=True), *made.values_list("target_id", flat=True)}
    erase(user.pk, about={*about, *filter(None, gone)})
    forget_mentions([user.get_full_name(), *user.verified_addresses()], everywhere)
