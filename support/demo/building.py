"""Makes the demo's support. Straight into the database: what was said weeks ago sends nobody a mail today."""

from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import User
from organizations.demo.building import STAFF
from organizations.demo.scene import address_of
from organizations.models import Organization
from support.actions.attachments import attach
from support.actions.promises import promise_for
from support.demo.scene import DemoEntitlement, DemoSupport, DemoTicket, Said
from support.entitlement_rows import today
from support.files.storing import store
from support.models import Contact, Entitlement, Message, Product, State, SupportLevel, Ticket, Via


def build_support(one: DemoSupport) -> None:
    """Make all of it, in the caller's transaction."""
    organization = Organization.objects.get(slug=one.organization)
    for entitlement in one.entitlements:
        _build_entitlement(organization, entitlement)
    Contact.objects.bulk_create(
        Contact(
            organization=organization,
            side=contact.side,
            name=contact.name,
            duty=contact.duty,
            email=contact.email,
            phone=contact.phone,
        )
        for contact in one.contacts
    )
    staff = User.objects.get(email=address_of(STAFF))
    for number, ticket in enumerate(sorted(one.tickets, key=lambda each: -each.hours), 1):
        _build_ticket(organization, ticket, number, staff)


def _build_entitlement(organization: Organization, one: DemoEntitlement) -> None:
    Entitlement.objects.create(
        organization=organization,
        number=one.number,
        name=one.name,
        tier=one.tier,
        units=one.units,
        unit=one.unit,
        level=SupportLevel.objects.get(key=one.level),
        starts_on=today() - timedelta(days=one.days),
        ends_on=today() + timedelta(days=one.ends_in),
        families=list(one.families),
    )


def _build_ticket(organization: Organization, one: DemoTicket, number: int, staff: User) -> None:
    raised_at = timezone.now() - timedelta(hours=one.hours)
    asker = User.objects.get(email=address_of(one.by))
    product = Product.objects.get(key=one.product) if one.product else None
    promise = promise_for(organization, product, one.priority, raised_at)
    answers = [said.after for said in one.said if not said.by and not said.is_internal]
    last = raised_at + timedelta(hours=max(said.after for said in one.said if not said.is_internal))
    ticket = Ticket(
        organization=organization,
        number=number,
        title=one.title,
        product=product,
        priority=one.priority,
        state=one.state,
        raised_by=asker,
        raised_by_name=asker.name,
        assigned_to=staff if one.assigned else None,
        entitlement=promise.entitlement,
        level=promise.level,
        answer_due_at=promise.due_at,
        first_answered_at=raised_at + timedelta(hours=min(answers)) if answers else None,
        created_at=raised_at,
        changed_at=last,
        closed_at=last + timedelta(days=14) if one.state == State.CLOSED else None,
    )
    ticket.copy_search(*(said.body for said in one.said if not said.is_internal))
    ticket.save(force_insert=True)
    for said in one.said:
        _say(ticket, said, raised_at, staff)


def _say(ticket: Ticket, said: Said, raised_at: datetime, staff: User) -> None:
    author = User.objects.get(email=address_of(said.by)) if said.by else staff
    message = Message.objects.create(
        ticket=ticket,
        author=author,
        author_name=author.name,
        is_staff=not said.by,
        is_internal=said.is_internal,
        body=said.body,
        via=Via.PAGE if said.by else Via.STAFF,
        created_at=raised_at + timedelta(hours=said.after),
    )
    attach(message, [store(ContentFile(text.encode(), name=name)) for name, text in said.files])
