"""Mail in the staff's admin: whether it left, and never what is written in it."""

from collections.abc import Callable

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from outbox.actions import withdraw
from outbox.models import Mail
from tests.cast import Person

pytestmark = pytest.mark.django_db

LIST = "/admin/outbox/mail/"
SECRET = "https://console.example.com/invitations/secret-token/"


@pytest.fixture
def staff(person: Callable[..., Person]) -> Client:
    """A member of staff who may do everything."""
    return person("stella.staff@example.com", is_staff=True, is_superuser=True).client


@pytest.fixture
def mail() -> Mail:
    """A mail that was given up."""
    return Mail.objects.create(
        to="tom.tech@example.com",
        from_address="no-reply@example.com",
        subject="Join Acme",
        text=SECRET,
        html=f'<a href="{SECRET}">Join</a>',
        headers={"List-Unsubscribe": f"<{SECRET}>"},
        state=Mail.State.FAILED,
        last_error="The mail server refused the recipient.",
    )


def try_again(client: Client, mail: Mail) -> str:
    choice = {"action": "try_again_now", "_selected_action": [str(mail.pk)]}
    return client.post(LIST, choice, follow=True).text


def test_staff_see_whether_a_mail_left_and_why_not(staff: Client, mail: Mail) -> None:
    page = staff.get(LIST).text
    for words in ("tom.tech@example.com", "Join Acme", "Failed", "The mail server refused the recipient."):
        assert words in page


@pytest.mark.parametrize("q", ["tom.tech", "acme"])
def test_staff_find_a_mail_by_address_and_subject(staff: Client, mail: Mail, q: str) -> None:
    assert "tom.tech@example.com" in staff.get(LIST, {"q": q}).text
    assert "tom.tech@example.com" not in staff.get(LIST, {"q": "nobody"}).text


def test_staff_find_a_mail_by_its_id(staff: Client, mail: Mail) -> None:
    assert "tom.tech@example.com" in staff.get(LIST, {"q": str(mail.pk)}).text


def test_what_is_written_in_a_mail_is_never_shown(staff: Client, mail: Mail) -> None:
    for address in (LIST, f"{LIST}{mail.pk}/change/", f"{LIST}{mail.pk}/history/"):
        answer = staff.get(address)
        assert answer.status_code == 200
        assert "Join Acme" in answer.text
        assert "secret-token" not in answer.text


def test_what_is_written_in_a_mail_cannot_be_guessed_letter_by_letter(staff: Client, mail: Mail) -> None:
    assert "tom.tech@example.com" not in staff.get(LIST, {"q": "secret-token"}).text
    for column in ("text", "html", "headers"):
        assert staff.get(LIST, {f"{column}__contains": "secret"}).status_code == 400
    assert staff.get(LIST, {"state__exact": "failed"}).status_code == 200


@pytest.mark.parametrize("address", ["add/", "{}/delete/"])
def test_nobody_writes_or_deletes_a_mail(staff: Client, mail: Mail, address: str) -> None:
    assert staff.get(LIST + address.format(mail.pk)).status_code == 403


def test_nobody_changes_a_mail(staff: Client, mail: Mail) -> None:
    assert staff.post(f"{LIST}{mail.pk}/change/", {"to": "mallory@example.com"}).status_code == 403


def test_staff_have_a_mail_tried_again(staff: Client, mail: Mail) -> None:
    assert "1 message is being sent." in try_again(staff, mail)
    mail.refresh_from_db()
    assert mail.is_waiting
    assert LogEntry.objects.get().change_message == "1 message is being sent."


def test_a_mail_that_is_forgotten_cannot_be_tried_again(staff: Client, mail: Mail) -> None:
    Mail.objects.filter(pk=mail.pk).wipe_bodies()
    page = try_again(staff, mail)
    assert "What was written in this message is no longer kept." in page
    assert "being sent" not in page


def test_staff_find_the_mails_that_were_withdrawn(staff: Client, mail: Mail) -> None:
    withdraw(Mail.objects.create(to="mia.member@example.com", subject="Join Globex", text=SECRET))
    page = staff.get(LIST, {"state__exact": "withdrawn"}).text
    assert "Join Globex" in page
    assert "Join Acme" not in page


def test_who_may_only_look_has_nothing_tried_again(person: Callable[..., Person], mail: Mail) -> None:
    looker = person("luke.looker@example.com", is_staff=True)
    looker.user.user_permissions.add(Permission.objects.get(codename="view_mail"))
    assert "Try again now" not in looker.client.get(reverse("admin:outbox_mail_changelist")).text
    try_again(looker.client, mail)
    mail.refresh_from_db()
    assert mail.state == Mail.State.FAILED
