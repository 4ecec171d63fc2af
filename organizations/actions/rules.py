"""What several actions decide by: which role may be given, and whether somebody may be in one more organization."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from console.refusal import Refused
from organizations import policies
from organizations.actors import Actor
from organizations.models import Kind, Membership, Organization, role_of
from organizations.models.security import has_counted_factor, is_closed_to_those_without
from organizations.policies import Role
from organizations.roles import FOUNDERS_ONLY

LONGEST_TERM = timedelta(days=5 * 365 + 1)


def assignable(key: str, organization: Organization, by: Actor) -> Role:
    """The role of that key, if the actor may give it in this organization (PRODUCT: *Rules for every policy*).

    Raises Refused, at the field ``role``, for one that is not there or that may do more than the actor.
    """
    try:
        role = role_of(organization, key)
    except KeyError:
        raise Refused(_("There is no such role."), code="role", field="role") from None
    check_gives(role, by)
    return role


def check_gives(role: Role, by: Actor) -> None:
    """Refuse, at the field ``role``, a role that may do more than whoever gives it, and the founder's to a key."""
    if by.covers(role):
        return
    if by.key:
        raise Refused(_why_no_key_gives(role, by), code="above-own-role", field="role")
    raise Refused(_("You can only give a role that may do no more than yours."), code="above-own-role", field="role")


def _why_no_key_gives(role: Role, by: Actor) -> str:
    """What whoever writes the program has to change, with the names that permissions have in the API."""
    if role.permissions & FOUNDERS_ONLY:
        return _("An API key never gives the role %s: a person does that.") % str(role.label)
    missing = ", ".join(sorted(by.missing_for(role)))
    sentence = _("An API key only gives what it may do itself. For the role %(role)s it also needs: %(permissions)s.")
    return sentence % {"role": str(role.label), "permissions": missing}


def check_person(by: Actor, sentence: str) -> None:
    """Refuse, with ``sentence``, what an organization's own key cannot do: nobody stands behind it."""
    if by.key and by.user is None:
        raise Refused(sentence, code="person")


def check_room(user: User, besides: Organization | None = None) -> None:
    """Refuse one more organization to who is in as many as the policy allows (text 003: one for each account).

    Locks the user until the transaction ends, after the organization: so that two at once do not both find room.
    ``besides``: the organization that is about to be joined, which does not count. Raises Refused.
    """
    most = policies.current().organizations_per_user
    if most is None:
        return
    User.objects.select_for_update().get(pk=user.pk)
    others = Membership.objects.of(user).filter(organization__kind=Kind.TEAM)
    if others.exclude(organization=besides).count() >= most:
        raise Refused(
            ngettext(
                "You can be in %d organization at a time. Leave it first.",
                "You can be in %d organizations at a time. Leave one first.",
                most,
            )
            % most,
            code="no-room",
        )


def end_of(last_day: date | None, role: Role, now: datetime | None = None) -> datetime | None:
    """When a membership with this last day ends: late in the evening, where whoever chose the day is; None without one.

    ``now``: when it ends so far; the same day again changes nothing. Raises Refused, at the field ``last_day``, for a
    day that is over or more than five years away, and for any day where the role is the founder's: a team never loses
    its last one, by the clock neither.
    """
    if last_day is None:
        return None
    if role.key == policies.current().founder.key:
        raise Refused(
            _("A membership with the role %s has no end. Leave this empty, or choose another role.") % role.label,
            code="founder-ends",
            field="last_day",
        )
    if last_day == last_day_of(now):
        return now
    today = timezone.localdate()
    if not today <= last_day <= today + LONGEST_TERM:
        raise Refused(_("Choose a day from today on, at most five years from now."), code="last-day", field="last_day")
    return timezone.make_aware(datetime.combine(last_day, time(23, 59, 59)))


def last_day_of(end: datetime | None) -> date | None:
    """The day on which a membership that ends then can be used last."""
    return timezone.localdate(end) if end else None


def check_second_factor(user: User, organization: Organization) -> None:
    """Refuse to let somebody in who has no second factor, where the organization is closed to those without.

    While there is still time to set one up, new members have it too. Locks the user until the transaction ends, after
    the organization: a factor that is removed at this moment goes before or after. Raises Refused.
    """
    if not is_closed_to_those_without(organization):
        return
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if has_counted_factor(user, organization):
        return
    if organization.phone_is_second_factor:
        sentence = _("%s takes only members with a second factor. It is set up under Profile, Security.")
    else:
        sentence = _(
            "%s takes only members with an authenticator app or a passkey, and without codes by text message."
            " This is set up under Profile, Security."
        )
    raise Refused(sentence % organization.name, code="second-factor")
