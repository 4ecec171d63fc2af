"""What a proven domain does for people with an address in it: nothing, a suggestion, or they become members."""

from datetime import timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.recording import audited, record
from console.celery import SWEEP_PERIOD, wake
from console.refusal import Refused
from console.versions import Marks, check_unchanged
from organizations import policies
from organizations.actions.admission import admit
from organizations.actions.domains.locking import lock_domain
from organizations.actions.invitation_states import decide, inviter_of
from organizations.actions.locking import lock
from organizations.actions.rules import assignable
from organizations.actors import Actor
from organizations.letters.invitations import send_accepted
from organizations.letters.join_requests import send_joined
from organizations.models import Domain, Invitation, Membership
from organizations.models.domain import Joining
from organizations.policies import Role
from organizations.roles import Permission

TASK = "organizations.let_in"
SWEEP = 100
# Addresses that are looked at together; each person is let in by a transaction of their own.
BATCH = 100
# How long one run goes on, well below what a task may take; the sweep begins the next one.
RUN = timedelta(minutes=1)


@audited("domain.joining_changed")
def set_domain_joining(*, domain: Domain, joining: str, role: str = "", seen: Marks | None = None, by: Actor) -> Domain:
    """Say what happens to people with an address in a proven domain; with `Joining.JOIN`, as what they join.

    Those who have proven such an address already are let in by a worker (`let_in`). ``role``: the key of a role, read
    for `Joining.JOIN` alone; ``seen``: what the form was opened with (`console.versions`). Raises Refused for a domain
    that is not proven, in a personal account, and, where people are let in or asked in, for who may not invite, or
    would give a role that may do more than theirs, or the founder's.
    """
    domain, by = lock_domain(domain, by, Permission.EDIT_SETTINGS)
    check_unchanged(seen, {"joining": domain.joining, "role": domain.role_key})
    if joining not in Joining.values:
        raise Refused(_("Choose what happens."), code="joining", field="joining")
    if joining == Joining.SUGGEST and not policies.current().has_directory:
        raise Refused(_("Nobody looks for organizations here."), code="no-directory", field="joining")
    if joining != Joining.OFF:
        lock(domain.organization_id, by, Permission.INVITE_MEMBERS)
        _check_opens(domain)
    before = {"joining": domain.joining, "role": domain.role_key}
    if joining == Joining.JOIN:
        given = assignable(role, domain.organization, by)
        _check_not_founders(given)
        domain.give(given)
    domain.joining = joining
    after = {"joining": domain.joining, "role": domain.role_key}
    if after == before:
        return domain
    domain.let_in_after = 0 if joining == Joining.JOIN else None
    domain.save()
    record(
        "domain.joining_changed",
        by=by,
        organization_id=domain.organization_id,
        target=domain,
        before=before,
        after=after,
    )
    return domain


@audited("membership.joined")
def join_by_domain(*, domain: Domain, user: User, by: Actor) -> Membership | None:
    """Make the user, who has proven an address in a domain that lets people in, a member with the domain's role.

    Who is invited accepts by it, and gets the role that somebody chose for them. None for a member, where the domain
    lets nobody in any more, for who has no address there any more, and for who is invited to the founder's role: that
    one is taken by hand. Independent of the directory (PRODUCT: *Verified domains*): whoever set it up knows whose
    addresses these are. Raises Refused where the organization takes nobody, the person was removed from it by others,
    may not be in one more, lacks the second factor that is asked for, or the founder's role would be given away to whom
    nobody has looked at.
    """
    return _join(domain, user, by)


def sweep_letting_in() -> int:
    """Wake workers up for every domain in which some are still to be let in. Returns how many."""
    waiting = list(Domain.objects.letting_in().order_by("id").values_list("pk", flat=True)[:SWEEP])
    for domain_id in waiting:
        wake(TASK, str(domain_id), expires=SWEEP_PERIOD)
    return len(waiting)


def let_in(domain_id: UUID) -> int:
    """Let those in who had an address in the domain when joining was switched on. Returns how many.

    Killed at any moment, or twice at once, it lets nobody in twice, and the sweep goes on; whom something is in the way
    of is passed over.
    """
    until, found = timezone.now() + RUN, 0
    while timezone.now() < until:
        domain = Domain.objects.letting_in().filter(pk=domain_id).first()
        if domain is None:
            break
        found += _let_some_in(domain)
    return found


def _let_some_in(domain: Domain) -> int:
    addresses = domain.addresses_outside().filter(pk__gt=domain.let_in_after).select_related("user").order_by("pk")
    some = list(addresses[:BATCH])
    found = sum(_lets_in(domain, address.user) for address in some)
    # Unless somebody has begun anew meanwhile.
    mine = Domain.objects.filter(pk=domain.pk, let_in_after=domain.let_in_after)
    mine.update(let_in_after=some[-1].pk if len(some) == BATCH else None)
    return found


def _lets_in(domain: Domain, user: User) -> bool:
    try:
        with transaction.atomic():
            return _join(domain, user, Actor.system()) is not None
    except Refused:
        # A matter of this person. Not noted: in a large domain it would fill the log.
        return False


def _join(domain: Domain, user: User, by: Actor) -> Membership | None:
    organization, by = lock(domain.organization_id, by)
    fresh = organization.domains.verified().filter(pk=domain.pk, joining=Joining.JOIN).first()
    if fresh is None or organization.memberships.filter(user=user).exists():
        return None
    fresh.organization = organization
    if _was_removed(fresh, user):
        raise Refused(_("%s lets you in again only by an invitation.") % organization.name, code="removed")
    # They may have given the address up, or lost the account, since somebody looked.
    if not fresh.addresses_outside().filter(user=user).exists():
        return None
    invitation = _invitation(fresh, user)
    role = invitation.held_role if invitation else fresh.held_role
    if role.covers(policies.current().founder):
        if invitation:
            return None
        raise _founders(role)
    if invitation:
        # First: whoever is admitted is no longer invited.
        decide(invitation, Invitation.State.ACCEPTED, by)
    invited_by = invitation.invited_by if invitation else None
    membership = admit(user, organization, role=role, invited_by=invited_by, by=by)
    record(
        "membership.joined",
        by=by,
        organization_id=organization.pk,
        target=membership,
        after={"role": role.key, "domain": fresh.name},
    )
    send_joined(membership, fresh.name)
    if invitation and (inviter := inviter_of(invitation)):
        send_accepted(invitation, inviter, user)
    return membership


def _was_removed(domain: Domain, user: User) -> bool:
    """Whether others have removed the user, or another account at the same mailbox (RFC 5233: ``ann+2@`` is Ann)."""
    removed = domain.organization.removals
    if removed.filter(user=user).exists():
        return True
    same = Q()
    for email in user.verified_addresses().filter(email__endswith=f"@{domain.name}"):
        mailbox = email.rpartition("@")[0].partition("+")[0]
        same |= Q(email=f"{mailbox}@{domain.name}") | Q(email__startswith=f"{mailbox}+")
    of_removed = EmailAddress.objects.filter(same, user__in=removed.values("user"), verified=True)
    return bool(same) and of_removed.filter(email__endswith=f"@{domain.name}").exists()


def _invitation(domain: Domain, user: User) -> Invitation | None:
    """The open invitation to an address of the user: to the one in the domain, if there are several."""
    organization = domain.organization
    theirs = organization.invitations.pending().filter(email__in=list(user.verified_addresses()))
    found = list(theirs.select_related("invited_by", "mail", "custom_role").order_by("-id"))
    for invitation in found:
        invitation.organization = organization
    inside = (invitation for invitation in found if invitation.email.endswith(f"@{domain.name}"))
    return next(inside, found[0] if found else None)


def _check_opens(domain: Domain) -> None:
    if domain.organization.is_personal:
        raise Refused(_("Nobody joins a personal account."), code="personal")
    if not domain.is_proven:
        raise Refused(_("Prove the domain first."), code="not-proven")


def _check_not_founders(role: Role) -> None:
    if role.covers(policies.current().founder):
        raise _founders(role)


def _founders(role: Role) -> Refused:
    return Refused(_("A domain cannot make somebody %s.") % role.label, code="founder", field="role")
