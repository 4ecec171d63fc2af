"""What organizations do when accounts say that something happened, in the transaction of the change."""

from contextlib import suppress
from typing import Any

from django.apps import AppConfig
from django.apps import apps as all_apps
from django.apps.registry import Apps
from django.conf import settings
from django.db.models import Model
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from accounts import signals
from accounts.actions import settle_all_of
from accounts.models import User
from audit.actors import Actor, ActorKind
from console.origin import OriginRequest
from console.refusal import Refused
from console.staff import opened
from organizations import policies
from organizations import signals as organization_signals
from organizations.actions import create_personal_account, join_by_domain, note_bounce
from organizations.actions.account_closing import end_memberships
from organizations.actions.api_keys.ending import end_keys_of
from organizations.actions.invitations import await_invited
from organizations.actions.staff_access import note_staff_retry, note_staff_view
from organizations.actors import Actor as OrganizationActor
from organizations.models import Domain, Landing, Membership, PolicyInForce
from organizations.models.domain import Joining
from organizations.models.membership import rename_memberships
from organizations.models.policy import FIRST
from organizations.portrait import Add, draw
from outbox.models import Delivery, Mail
from outbox.signals import bounced, tried_again


@receiver(signals.created)
def make_personal_account(user: User, **_: Any) -> None:
    """Each user has a personal account from the first moment, where the policy has them."""
    if policies.current().has_personal_accounts:
        create_personal_account(user=user)


@receiver(post_migrate)
def note_policy(app_config: AppConfig, using: str, apps: Apps = all_apps, **_: Any) -> None:
    """A new or emptied database is one of the policy in force, an older one of the only policy that there was."""
    if app_config.name != "organizations" or ("organizations", "policyinforce") not in _models_in(apps):
        return
    in_force = PolicyInForce.objects.using(using)
    if not in_force.exists():
        is_new = not Membership.objects.using(using).exists()
        in_force.create(policy=settings.CONSOLE_POLICY if is_new else FIRST)


def _models_in(apps: Apps) -> set[tuple[str, str]]:
    """The models of a state of migrations, which may be one from before a table was there."""
    return {(model._meta.app_label, model._meta.model_name or "") for model in apps.get_models()}


@receiver(signals.profile_changed)
def copy_names(user: User, **_: Any) -> None:
    """Member lists sort and search by a copy of the name."""
    rename_memberships(user)


@receiver(signals.address_verified)
def join_by_proven_domain(user: User, email: str, **_: Any) -> None:
    """Whoever proves an address in a domain that lets people in is let in; a refusal is written down and no more."""
    domain = Domain.objects.of_address(email).filter(joining=Joining.JOIN).first()
    if domain:
        with suppress(Refused):
            join_by_domain(domain=domain, user=user, by=OrganizationActor(kind=ActorKind.USER, user=user))


@receiver(signals.closing)
def part_with(user: User, by: Actor, **_: Any) -> None:
    """Teams stay without whoever ends the account, or are the reason to refuse it."""
    end_memberships(user=user, by=by)


@receiver(signals.exporting)
def add_to_export(user: User, add: Add, **_: Any) -> None:
    """What a person is in organizations belongs to the person's data."""
    draw(user, add)


@receiver(signals.address_verified)
def show_invitations(user: User, email: str, **_: Any) -> None:
    """Who has proven an address sees what was sent to it."""
    await_invited(user, email)


@receiver(bounced)
def close_bounced_invitation(mail: Mail, **_: Any) -> None:
    """An address that cannot be reached cannot accept."""
    note_bounce(mail=mail)


@receiver(organization_signals.membership_ended)
def forget_what_awaited(membership: Membership, **_: Any) -> None:
    """Nothing of an organization awaits somebody who is no longer in it, and nobody begins there who is not."""
    settle_all_of(membership.user, membership.organization_id)
    Landing.objects.filter(user=membership.user_id, organization=membership.organization_id).delete()


@receiver(organization_signals.membership_ended)
def end_keys(membership: Membership, **_: Any) -> None:
    """Keys are dead the moment that their membership ends (PRODUCT: *API keys*)."""
    end_keys_of(membership)


@receiver(opened)
def write_down_look(request: OriginRequest, row: Model, **_: Any) -> None:
    """Whoever of the staff looks at what is somebody's, that is in their log."""
    note_staff_view(row=row, by=OrganizationActor.staff(request.user, request.origin))


@receiver(tried_again)
def write_down_retry(delivery: Delivery, request: OriginRequest, **_: Any) -> None:
    """Whoever of the staff sends somebody's mail once more, that is in their log."""
    note_staff_retry(delivery=delivery, by=OrganizationActor.staff(request.user, request.origin))
