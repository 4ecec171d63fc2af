"""Rules for security, set without the pages that do so."""

from accounts.models import Phone
from organizations.actions import require_second_factor
from organizations.models import Membership, Organization
from tests.accounts.factors import App, give_app
from tests.cast import Cast, Person

MFA = "/profile/security/mfa/"


def require_factor(cast: Cast, *, days: int = 0, phone_counts: bool = True) -> App:
    """Olivia, who gets an app, asks Acme's members for a second factor; the others have none."""
    app = give_app(cast.olivia.user)
    decide(cast, days=days, phone_counts=phone_counts)
    return app


def decide(cast: Cast, *, days: int = 0, phone_counts: bool = True) -> Organization:
    """Olivia asks Acme's members for a second factor."""
    return require_second_factor(
        organization=cast.acme, grace_days=days, phone_counts=phone_counts, by=cast.olivia.actor(cast.acme)
    )


def give_phone(person: Person) -> Phone:
    """A confirmed telephone number, without the pages that add one."""
    return Phone.objects.create(user=person.user, name="Phone", number="+41791234567", confirmed=True)


def fill(cast: Cast, number: int) -> None:
    """So many members of Acme without a second factor."""
    users = [
        type(cast.mia.user)(email=f"member-{number}-{index}@example.com", first_name="Member", last_name=str(index))
        for index in range(number)
    ]
    made = type(cast.mia.user).objects.bulk_create(users)
    Membership.objects.bulk_create(Membership.build(organization=cast.acme, user=user, role="member") for user in made)
