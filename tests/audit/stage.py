"""What is done in Acme: by somebody of the cast, with what it takes before."""

from dataclasses import dataclass
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.utils import timezone

from organizations import actions
from organizations.actions.invitations.batches import Entry
from organizations.actors import Actor
from organizations.models import CustomRole, Domain, Invitation, InvitationBatch, JoinRequest, Organization
from outbox.models import Mail
from tests.accounts.factors import give_app
from tests.cast import Cast, Person


@dataclass
class Stage:
    """The cast, and an invitation of Sam."""

    cast: Cast
    invitation: Invitation

    def actor(self, person: Person) -> Actor:
        """Somebody of Acme."""
        return person.actor(self.cast.acme)

    def expire(self) -> Invitation:
        """The invitation, after its time."""
        Invitation.objects.filter(pk=self.invitation.pk).update(expires_at=timezone.now() - timedelta(days=1))
        return self.invitation

    def bounced(self) -> Mail:
        """The invitation's mail."""
        mail = Invitation.objects.get(pk=self.invitation.pk).mail
        assert mail is not None
        return mail

    def sent_long_ago(self) -> None:
        """The invitation was sent four days ago."""
        Invitation.objects.filter(pk=self.invitation.pk).update(sent_at=timezone.now() - timedelta(days=4))

    def batch(self) -> InvitationBatch:
        """A list of one address, that Adam gave."""
        entries = [Entry(number=1, email="one.of.many@example.com")]
        by = self.actor(self.cast.adam)
        return actions.check_batch(organization=self.cast.acme, entries=entries, role="member", by=by)

    def role(self) -> CustomRole:
        """A role that Acme makes."""
        by = self.actor(self.cast.olivia)
        return actions.create_role(organization=self.cast.acme, name="Guest", permissions=["view_members"], by=by)

    def require_factor(self) -> Organization:
        """Acme, which asks for a second factor; Adam has one."""
        give_app(self.cast.adam.user)
        return actions.require_second_factor(
            organization=self.cast.acme, grace_days=7, phone_counts=True, by=self.actor(self.cast.adam)
        )

    def time_mia(self) -> None:
        """Mia's membership, after its end."""
        self.cast.acme.memberships.filter(user=self.cast.mia.user).update(ends_at=timezone.now())

    def suspend(self) -> None:
        """Acme, suspended by staff; the event is not what is looked at."""
        actions.suspend_organization(organization=self.cast.acme, reason="staff", by=Actor.system())


def create(stage: Stage) -> None:
    organization = actions.create_organization(name="Vega", by=stage.cast.sam.actor())
    # What comes of it belongs to the new organization's log.
    stage.cast.acme = organization


def edit(stage: Stage) -> None:
    actions.edit_organization(
        organization=stage.cast.acme, name="New", slug="new-acme", description="", by=stage.actor(stage.cast.adam)
    )


def expire(stage: Stage) -> None:
    stage.expire()
    actions.expire_invitations()


def remind(stage: Stage) -> None:
    stage.sent_long_ago()
    actions.remind_invited()


def end_timed(stage: Stage) -> None:
    stage.time_mia()
    actions.end_timed_memberships()


def invite(stage: Stage) -> None:
    actions.invite_member(
        organization=stage.cast.acme, email="new.face@example.com", role="tech", by=stage.actor(stage.cast.adam)
    )


def reactivate(stage: Stage) -> None:
    stage.suspend()
    actions.reactivate_organization(organization=stage.cast.acme, by=Actor.staff(stage.cast.rita.user))


def lift(stage: Stage) -> None:
    system = Actor.system()
    actions.suspend_organization(organization=stage.cast.acme, reason="past_due", by=system)
    actions.lift_suspension(organization=stage.cast.acme, reasons=["past_due"], by=system)


def request_to_join(stage: Stage) -> JoinRequest:
    stage.cast.acme.discoverability = "public"
    stage.cast.acme.save()
    # Sam is invited; Rita is not.
    return actions.request_to_join(organization=stage.cast.acme, note="", by=stage.cast.rita.actor())


def join_by_domain(stage: Stage) -> None:
    domain = Domain.objects.create(
        organization=stage.cast.acme, name="corp.example", role="member", joining="join", verified_at=timezone.now()
    )
    EmailAddress.objects.filter(user=stage.cast.rita.user).update(email="rita@corp.example")
    actions.join_by_domain(domain=domain, user=stage.cast.rita.user, by=stage.cast.rita.actor())
