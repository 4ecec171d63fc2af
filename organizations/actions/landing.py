"""Where people begin after signing in, by their own choice."""

from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from audit.recording import audited, record
from console.refusal import Refused
from organizations import policies
from organizations.actors import Actor
from organizations.models import Kind, Landing, Membership

LAST, PERSONAL = "last", "personal"


@audited("account.landing_chosen")
def choose_landing(*, user: User, landing: str, by: Actor) -> None:
    """Begin in another context: ``landing`` is "last", "personal", or the id of an organization of the user's.

    Raises Refused where the policy does not let people choose (PRODUCT: *after signing in*), and for an organization
    that the user is not in.
    """
    if not policies.current().may_choose_landing:
        raise Refused(_("Where you begin is the same for everybody here."), code="landing-fixed", field="landing")
    user = User.objects.select_for_update().get(pk=user.pk)
    before = _of(user)
    if landing == LAST:
        Landing.objects.filter(user=user).delete()
    else:
        organization_id = None if landing == PERSONAL else _organization_of(user, landing)
        Landing.objects.update_or_create(user=user, defaults={"organization_id": organization_id})
    if before != landing:
        record(
            "account.landing_chosen",
            by=by,
            subject_id=user.pk,
            target=user,
            before={"landing": before},
            after={"landing": landing},
        )


def _of(user: User) -> str:
    choice = Landing.objects.filter(user=user).first()
    return LAST if choice is None else str(choice.organization_id or PERSONAL)


def _organization_of(user: User, text: str) -> UUID:
    refusal = Refused(_("You are not a member there any more. Choose another one."), code="no-member", field="landing")
    try:
        asked = UUID(text)
    except ValueError:
        raise refusal from None
    if not Membership.objects.of(user).filter(organization=asked, organization__kind=Kind.TEAM).exists():
        raise refusal
    return asked
