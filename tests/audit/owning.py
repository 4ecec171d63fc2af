"""What is done about who runs Acme, and about its end: each by somebody of the cast, with what it takes before."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from organizations import actions
from organizations.actors import Actor
from organizations.models import Appointment, Closing, OrganizationExport, Transfer
from tests.cast import Cast, make_person
from tests.organizations.owning import close, exported, offer


def staff(name: str) -> Actor:
    return Actor.staff(make_person(f"{name}.staff@example.com", is_staff=True).user)


def proposed(cast: Cast) -> Appointment:
    mia = cast.mia.membership(cast.acme)
    return actions.propose_founder(membership=mia, reason="Olivia has died.", by=staff("stella"))


def expire(cast: Cast) -> None:
    offer(cast)
    Transfer.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    actions.expire_transfers()


def end(cast: Cast) -> None:
    close(cast.acme, cast.olivia)
    Closing.objects.update(closed_at=timezone.now() - timedelta(days=31))
    actions.end_closed_organizations()


def make_export(cast: Cast) -> None:
    export = OrganizationExport.objects.create(organization=cast.acme, requested_by=cast.olivia.user)
    actions.make_organization_export(export.pk)


def reopen(cast: Cast) -> None:
    by = cast.olivia.actor(cast.acme)
    close(cast.acme, cast.olivia)
    actions.reopen_organization(organization=cast.acme, by=by)


# By the name of the action: the event, and how it comes about.
OWNING: dict[str, tuple[str, Callable[[Cast], object]]] = {
    "offer_transfer": ("transfer.offered", offer),
    "accept_transfer": (
        "transfer.accepted",
        lambda cast: actions.accept_transfer(transfer=offer(cast), by=cast.adam.actor()),
    ),
    "decline_transfer": (
        "transfer.declined",
        lambda cast: actions.decline_transfer(transfer=offer(cast), by=cast.adam.actor()),
    ),
    "withdraw_transfer": (
        "transfer.withdrawn",
        lambda cast: actions.withdraw_transfer(transfer=offer(cast), by=cast.olivia.actor(cast.acme)),
    ),
    "expire_transfers": ("transfer.expired", expire),
    "propose_founder": ("appointment.proposed", proposed),
    "confirm_founder": (
        "appointment.confirmed",
        lambda cast: actions.confirm_founder(appointment=proposed(cast), by=staff("stefan")),
    ),
    "drop_appointment": (
        "appointment.dropped",
        lambda cast: actions.drop_appointment(appointment=proposed(cast), by=staff("stefan")),
    ),
    "close_organization": ("organization.closed", lambda cast: close(cast.acme, cast.olivia)),
    "go_on_closing": ("invitation.revoked", lambda cast: actions.go_on_closing(close(cast.acme, cast.olivia).pk)),
    "reopen_organization": ("organization.reopened", reopen),
    "end_closed_organizations": ("organization.ended", end),
    "request_organization_export": (
        "organization.export_requested",
        lambda cast: actions.request_organization_export(organization=cast.acme, by=cast.olivia.actor(cast.acme)),
    ),
    "make_organization_export": ("organization.export_made", make_export),
    "note_organization_download": (
        "organization.export_downloaded",
        lambda cast: actions.note_organization_download(
            export=exported(cast.acme, cast.olivia), by=cast.olivia.actor(cast.acme)
        ),
    ),
}
# No event of their own: they wake workers up, or a day is over as was said before.
SILENT = {"sweep_closings", "sweep_organization_exports", "prune_organization_exports"}
