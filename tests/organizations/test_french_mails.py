"""French of the mails about organizations: one of each kind, sent to somebody who reads French."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from organizations import actions
from organizations.actions import appointments
from organizations.actors import Actor
from organizations.letters import api_keys as key_letters
from organizations.letters import domains as domain_letters
from organizations.letters import streams as stream_letters
from organizations.models import AuditStream, JoinRequest, Membership, Organization
from outbox.models import Mail
from tests.cast import Cast, make_person
from tests.console.french import english_in
from tests.organizations.asking import ask, decline, make_public, verified_domain
from tests.organizations.inviting import invite
from tests.organizations.owning import close, exported, offer, reopening, told
from tests.organizations.securing import require_factor
from tests.reading import mails_to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

OLIVIA, ADAM, MIA = "olivia.owner@example.com", "adam.admin@example.com", "mia.member@example.com"


@pytest.fixture
def acme(cast: Cast) -> Organization:
    """Whose members have chosen French, as Sam has."""
    for person in (*cast.roles.values(), cast.sam):
        person.user.language = "fr"
        person.user.save()
    make_public(cast.acme)
    return cast.acme


def subjects(address: str) -> dict[str, str]:
    """The subjects of the mails to an address by kind, with straight apostrophes, once every mail was found French."""
    for mail in Mail.objects.all():
        assert english_in(f"{mail.subject} · {mail.text} · {mail.html}") == [], mail.kind
        # Of what was superseded, only the subject is kept.
        assert not mail.html or '<html lang="fr"' in mail.html, mail.kind
    return {mail.kind: mail.subject.replace("\u2019", "'") for mail in mails_to(address)}


def staff(name: str) -> Actor:
    """One of our staff."""
    return Actor.staff(make_person(f"{name}@example.com", is_staff=True, is_superuser=True).user)


def test_mails_about_requests_to_join(cast: Cast, acme: Organization, clock: time_machine.Traveller) -> None:
    by = cast.olivia.actor(acme)
    first = ask(cast.sam)
    actions.tell_of_request(first.pk)
    many = [make_person(f"per.son{number}@example.com", language="fr") for number in range(6)]
    asking, request = [(person, ask(person)) for person in many][-1]
    for untold in JoinRequest.objects.untold():
        actions.tell_of_request(untold.pk)
    clock.shift(timedelta(hours=1))
    actions.send_digests()
    actions.approve_request(join_request=first, role="tech", by=by)
    decline(cast.olivia, request, reason="Trop tard.")
    newcomer, domain = make_person("new.comer@example.org", language="fr"), verified_domain(acme, "example.org", "join")
    actions.join_by_domain(domain=domain, user=newcomer.user, by=newcomer.actor())
    assert subjects(ADAM) == {
        "join-request": "Per Son3 demande à rejoindre Acme",
        "join-request-digest": "2 demandes de plus pour rejoindre Acme",
    }
    assert subjects(cast.sam.user.email) == {"join-approved": "Vous êtes maintenant membre de l'organisation Acme"}
    assert subjects(asking.user.email) == {"join-declined": "Votre demande pour rejoindre Acme a été refusée"}
    assert "Le motif\u00a0: «\u00a0Trop tard.\u00a0»" in mails_to(asking.user.email)[0].text
    assert subjects(newcomer.user.email) == {"joined-by-domain": "Vous êtes maintenant membre de l'organisation Acme"}


def test_mails_about_memberships(cast: Cast, acme: Organization, clock: time_machine.Traveller) -> None:
    by, today = cast.olivia.actor(acme), timezone.now().date()
    mia = cast.mia.membership(acme)
    actions.edit_member(membership=mia, role="tech", last_day=today + timedelta(days=20), by=by)
    assert subjects(MIA) == {
        "role-changed": "Votre rôle dans Acme est maintenant Technique",
        "membership-ending": "Votre adhésion à Acme prend fin le 21 mars 2027",
    }
    clock.shift(timedelta(days=15))
    actions.end_timed_memberships()
    clock.shift(timedelta(days=15))
    actions.end_timed_memberships()
    assert not Membership.objects.filter(pk=mia.pk).exists()
    assert subjects(MIA)["membership-ended"] == "Votre adhésion à Acme a pris fin"


def test_mails_about_a_transfer(cast: Cast, acme: Organization, clock: time_machine.Traveller) -> None:
    offered = offer(cast)
    assert subjects(ADAM)["transfer-offered"] == "Olivia Owner vous propose de reprendre Acme"
    actions.withdraw_transfer(transfer=offered, by=cast.olivia.actor(acme))
    actions.decline_transfer(transfer=offer(cast), by=cast.adam.actor(acme))
    offer(cast)
    clock.shift(timedelta(days=8))
    actions.expire_transfers()
    assert subjects(OLIVIA) == {
        "transfer-withdrawn": "Le transfert de l'organisation Acme a été retiré",
        "transfer-declined": "Adam Admin ne reprend pas Acme",
        "transfer-expired": "Le transfert de l'organisation Acme a expiré",
    }
    actions.accept_transfer(transfer=offer(cast), by=cast.adam.actor(acme))
    assert subjects(OLIVIA)["transfer-accepted"] == "Adam Admin a repris Acme"


def test_mails_about_an_appointment(cast: Cast, acme: Organization) -> None:
    proposed = appointments.propose_founder(membership=cast.adam.membership(acme), reason="Olivia", by=staff("stella"))
    appointments.confirm_founder(appointment=proposed, by=staff("stefan"))
    assert subjects(OLIVIA) == {
        "appointment-proposed": "Notre équipe veut donner à Adam Admin le rôle Propriétaire dans Acme",
        "appointment-confirmed": "Adam Admin a maintenant le rôle Propriétaire dans Acme",
    }


def test_mails_about_the_end_of_an_organization(cast: Cast, acme: Organization) -> None:
    exported(acme, cast.olivia)
    closing = told(close(acme, cast.olivia))
    assert cast.olivia.client.post(reopening(acme)).status_code == 302
    told(closing)
    to_all = {
        "organization-closed": "L'organisation Acme a été fermée",
        "organization-reopened": "L'organisation Acme est rouverte",
    }
    assert subjects(OLIVIA) == {"organization-export-ready": "L'export de l'organisation Acme est prêt", **to_all}
    assert subjects(MIA) == to_all


@pytest.mark.parametrize("days", [0, 7])
def test_mails_about_a_second_factor(cast: Cast, acme: Organization, days: int) -> None:
    require_factor(cast, days=days, phone_counts=days == 0)
    actions.tell_of_second_factor()
    Membership.objects.filter(pk=cast.adam.membership(acme).pk).update(role="owner")
    actions.release_second_factor(organization=acme, by=cast.olivia.actor(acme))
    assert subjects(MIA) == {"second-factor-required": "Configurez un second facteur pour Acme"}
    assert subjects(ADAM) == {
        "second-factor-required": "Configurez un second facteur pour Acme",
        "second-factor-released": "L'organisation Acme ne demande plus de second facteur",
    }


def test_the_reminder_of_an_invitation(cast: Cast, acme: Organization, clock: time_machine.Traveller) -> None:
    invite(cast, cast.sam.user.email)
    clock.shift(timedelta(days=4))
    actions.remind_invited()
    assert subjects(cast.sam.user.email)["invitation-reminder"] == (
        "Rappel : Olivia Owner vous invite à rejoindre Acme"
    )


def test_mails_about_keys_and_the_stream_of_the_log(cast: Cast, acme: Organization) -> None:
    key = actions.create_service_key(
        organization=acme, name="Copie", expires_on=timezone.now().date(), by=cast.adam.actor(acme)
    ).key
    stream = AuditStream(organization=acme, failing_since=timezone.now(), last_error="The receiver cannot be reached.")
    key_letters.send_key_ending(key, cast.mia.user)
    key_letters.send_key_ended(key, cast.mia.user)
    key_letters.send_keys_left(acme, cast.mia.user, "Sam Stranger", 2)
    stream_letters.send_failing(cast.mia.user, acme, stream)
    stream_letters.send_switched_off(cast.mia.user, acme, stream)
    assert subjects(MIA) == {
        "api-key-ending": "La clé d'API Copie expire le 1 mars 2027",
        "api-key-ended": "La clé d'API Copie a expiré",
        "api-keys-left": "Sam Stranger ne fait plus partie de l'organisation Acme, et des clés de service créées par"
        " cette personne restent",
        "stream-failing": "Le journal d'audit n'arrive pas : Acme",
        "stream-switched-off": "Le journal d'audit n'est plus envoyé : Acme",
    }


def test_mails_about_a_domain(cast: Cast, acme: Organization) -> None:
    domain = verified_domain(acme, "acme.example", "off")
    domain.lapses_at = timezone.now()
    for send in (domain_letters.send_missing, domain_letters.send_lost, domain_letters.send_given_up):
        send(cast.olivia.user, domain)
    assert subjects(OLIVIA) == {
        "domain-missing": "L'enregistrement du domaine acme.example a disparu",
        "domain-lost": "acme.example n'est plus vérifié",
        "domain-given-up": "acme.example n'est pas vérifié",
    }
