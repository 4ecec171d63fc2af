"""The audit log of the demo: what our staff did, and a receiver that is down."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from organizations import actions
from organizations.actions.staff_access import note_staff_view
from organizations.actions.stream_sending import CLASSES
from organizations.actions.streams import Begin
from organizations.actors import Actor
from organizations.demo.building import STAFF
from organizations.demo.scene import address_of
from organizations.models import AuditStream, Organization


def is_seen_by_staff(organization: Organization, founder: Actor) -> None:
    """A member of our staff opened its page in the admin."""
    note_staff_view(row=organization, by=Actor.staff(User.objects.get(email=address_of(STAFF))))


def has_stream_that_failed(organization: Organization, founder: Actor) -> None:
    """Its log went to a receiver that was down for too long: we have stopped sending."""
    # Nobody has an address there (RFC 2606), and a stream that is off asks nobody.
    stream = actions.set_stream(
        organization=organization, url="https://logs.example.com/console", begin=Begin.FIRST, by=founder
    )
    AuditStream.objects.filter(pk=stream.pk).update(
        is_on=False,
        failures=40,
        failing_since=timezone.now() - timedelta(days=31),
        last_error=CLASSES[5],
        last_status=503,
    )
