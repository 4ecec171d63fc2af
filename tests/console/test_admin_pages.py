"""Every page of the admin: staff find and read, press buttons that call actions, and cannot pry."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from accounts.actions import publish_terms
from accounts.models import User
from audit.actors import Actor
from audit.chaining import link_events
from audit.models import Chain, CheckPoint, Event
from infrastructure.models import ServerToken
from organizations.actions import invite_member, propose_founder, set_stream
from organizations.actors import Actor as OrganizationActor
from organizations.models import (
    BatchRow,
    CustomRole,
    Details,
    Domain,
    Invitation,
    InvitationBatch,
    JoinRequest,
    Membership,
    Organization,
    OrganizationExport,
)
from outbox.actions import enqueue
from outbox.models import TextMessage, Webhook
from projects.actions.endpoints import make_endpoint
from tests.billing.living import live_with_all
from tests.cast import Cast, make_person, make_team
from tests.infrastructure.making import make_certificate, make_engine, make_server
from tests.organizations.asking import verified_domain
from tests.organizations.custom_roles import make as make_role
from tests.organizations.owning import close, offer
from tests.projects.making import make_project, make_service
from tests.reading import body
from tests.support.living import ask_with_all

MODELS = [model for model in apps.get_models() if admin.site.is_registered(model)]


@pytest.fixture
def staff(cast: Cast) -> Client:
    """Stella's browser; there is an Acme with an open invitation to look at, a text message, and terms to come."""
    invite_member(organization=cast.acme, email="new@example.com", role="member", by=cast.olivia.actor(cast.acme))
    tomorrow = timezone.now() + timedelta(days=1)
    enqueue(TextMessage(number="+33612345678", text="123456 is your code.", kind="code", expires_at=tomorrow))
    publish_terms(version="2027-01", url="https://example.com/terms", effective_at=tomorrow, by=Actor.system())
    offer(cast)
    stella = make_person("stella.staff@example.com", is_staff=True, is_superuser=True)
    propose_founder(membership=cast.mia.membership(cast.acme), reason="Gone.", by=OrganizationActor.staff(stella.user))
    close(make_team("Acme closed", cast.rita), cast.rita)
    role = make_role(cast, "Auditor", "view_members")
    invite_member(
        organization=cast.acme, email="auditor@example.com", role=str(role.pk), by=cast.olivia.actor(cast.acme)
    )
    Details.objects.create(organization=cast.acme, company="Acme AG", country="CH", vat_number="CHE-123.456.788")
    InvitationBatch.objects.create(organization=cast.acme, by=cast.olivia.user).rows.create(
        number=1, email="acme@example.com", role="member", note="Between us."
    )
    OrganizationExport.objects.create(organization=cast.acme, requested_by=cast.olivia.user)
    service = make_service(make_project(cast.acme))
    endpoint = make_endpoint(name="Clusters", url="https://example.com/acme", by=OrganizationActor.system())
    Webhook.objects.create(endpoint=endpoint, kind="service.create", subject_id=service.pk, body="{}")
    JoinRequest.objects.create(organization=cast.acme, user=cast.sam.user)
    verified_domain(cast.acme, "acme.example", role="custom", custom_role=role)
    set_stream(organization=cast.acme, url="https://log.example.com/", begin="now", by=cast.olivia.actor(cast.acme))
    link_events()
    CheckPoint.objects.create(chain=Chain.objects.all()[0], position=1, hash="0" * 64)
    return stella.client


def address(model: type[models.Model]) -> str:
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/"


def press(staff: Client, row: models.Model, button: str) -> str:
    """Choose a row of a list, press a button of the list, and return what the next page says."""
    data = {"action": button, "_selected_action": str(row.pk)}
    return staff.post(address(type(row)), data, follow=True).text


def serve_with_all(cast: Cast) -> None:
    """Acme has a row of each kind of its infrastructure."""
    make_certificate(cast.acme)
    make_engine(cast.acme)
    make_server(cast.acme)
    membership, ends = cast.adam.membership(cast.acme), timezone.now() + timedelta(minutes=30)
    ServerToken.objects.create(organization=cast.acme, membership=membership, digest="d", expires_at=ends)


def test_staff_list_search_and_open(cast: Cast, staff: Client) -> None:
    live_with_all(cast)
    ask_with_all(cast)
    serve_with_all(cast)
    for model in MODELS:
        row = model._default_manager.all()[0]
        assert staff.get(address(model)).status_code == 200, model
        assert staff.get(address(model), {"q": "acme"}).status_code == 200, model
        assert staff.get(f"{address(model)}{row.pk}/change/").status_code == 200, model


def test_no_column_that_is_not_shown_can_be_guessed_letter_by_letter(staff: Client) -> None:
    """Each list refuses one of them; that it would refuse the others, its page of the admin says without a request."""
    for model in MODELS:
        page = admin.site.get_model_admin(model)
        shown = {str(name) for name in page.fields or ()}
        # An id is no secret: it stands in the links of the list.
        hidden = [field.name for field in model._meta.concrete_fields if not (field.primary_key or field.name in shown)]
        asked = [f"{name}__startswith" for name in hidden]
        assert [one for one in asked if page.lookup_allowed(one, "a", HttpRequest())] == [], model
        for one in asked[:1]:
            assert staff.get(address(model), {one: "a"}).status_code == 400, (model, one)


def test_whoever_is_not_staff_is_kept_out(cast: Cast) -> None:
    for model in MODELS:
        assert cast.olivia.client.get(address(model), follow=True).status_code == 403, model


def test_a_role_is_called_by_its_name_and_says_what_it_may(staff: Client) -> None:
    assert "Auditor" in body(staff.get(address(Invitation)))
    assert "Auditor" in body(staff.get(f"{address(Domain)}{Domain.objects.get().pk}/change/"))
    page = body(staff.get(address(CustomRole)))
    assert "Auditor" in page
    assert "view_members" in page


def test_what_was_written_to_one_person_is_not_for_staff(staff: Client) -> None:
    row = BatchRow.objects.get()
    assert "Between us." not in staff.get(f"{address(BatchRow)}{row.pk}/change/").text


def test_staff_suspend_and_reactivate_an_organization(cast: Cast, staff: Client) -> None:
    assert "1 organization is suspended." in press(staff, cast.acme, "suspend")
    assert cast.olivia.client.get("/o/acme/settings/security/").status_code == 403
    assert "1 organization is active again." in press(staff, cast.acme, "reactivate")
    assert cast.olivia.client.get("/o/acme/settings/security/").status_code == 200
    assert "Only a suspended organization can be reactivated." in press(staff, cast.acme, "reactivate")


def test_staff_open_a_closed_organization_again(cast: Cast, staff: Client) -> None:
    closed = Organization.objects.get(name="Acme closed")
    assert "1 organization is open again." in press(staff, closed, "reopen")
    assert cast.rita.client.get("/o/acme-closed/").status_code == 200
    assert "not closed, or it is closed for good" in press(staff, closed, "reopen")
    assert Event.objects.filter(action="organization.reopened", actor_kind="staff", outcome="done").count() == 1


def test_staff_cannot_remove_the_last_owner(cast: Cast, staff: Client) -> None:
    assert "needs at least one Owner" in press(staff, cast.olivia.membership(cast.acme), "remove")
    assert "1 member is removed." in press(staff, cast.mia.membership(cast.acme), "remove")
    assert Membership.objects.filter(organization=cast.acme).count() == 4


def test_staff_send_an_invitation_again_and_revoke_it(cast: Cast, staff: Client) -> None:
    invitation = Invitation.objects.get(email="new@example.com")
    assert "1 invitation is on its way again." in press(staff, invitation, "resend")
    assert "1 invitation is revoked." in press(staff, invitation, "revoke")
    assert "This invitation was revoked." in press(staff, invitation, "resend")


def test_a_locked_account_is_out_with_its_next_request(cast: Cast, staff: Client) -> None:
    assert cast.mia.client.get("/o/acme/").status_code == 200
    assert "1 account is locked." in press(staff, cast.mia.user, "lock")
    assert cast.mia.client.get("/o/acme/").status_code == 302
    assert "1 account is unlocked." in press(staff, cast.mia.user, "unlock")
    events = Event.objects.filter(subject_id=cast.mia.user.pk, actor_kind="staff").order_by("id")
    assert [event.action for event in events] == ["account.locked", "account.unlocked"]


def test_staff_do_not_lock_themselves_out(staff: Client) -> None:
    stella = User.objects.get(email="stella.staff@example.com")
    assert "You cannot lock your own account." in press(staff, stella, "lock")
    assert User.objects.get(pk=stella.pk).is_active


def test_staff_raise_an_allowance(cast: Cast, staff: Client) -> None:
    form = {
        "allowances-TOTAL_FORMS": "1",
        "allowances-INITIAL_FORMS": "0",
        "allowances-0-name": "invitations_per_day",
        "allowances-0-amount": "500",
        "name": "Ours now",
    }
    assert staff.post(f"{address(Organization)}{cast.acme.pk}/change/", form).status_code == 302
    assert cast.acme.allowances.get().amount == 500
    assert Organization.objects.get(pk=cast.acme.pk).name == "Acme"


@pytest.mark.parametrize("query", ["state__regex=(", "subject__regex=%5B", "state__exact=%00", "to__startswith=a"])
def test_odd_filters_are_bad_requests(staff: Client, query: str) -> None:
    staff.raise_request_exception = False
    assert staff.get(f"/admin/outbox/mail/?{query}").status_code == 400


@pytest.mark.parametrize("chosen", ["zz", "\x00", ""])
def test_a_made_up_id_is_a_bad_request(staff: Client, chosen: str) -> None:
    staff.raise_request_exception = False
    data = {"action": "suspend", "_selected_action": chosen}
    assert staff.post("/admin/organizations/organization/", data).status_code in {302, 400}
