"""What the guide to one's profile promises (text 002), promise by promise, in our words; and what nobody sees fail."""

import base64
import math
import random
import re

import pytest
import time_machine
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.test import Client
from django.utils import timezone

from accounts.models import User, backup_codes
from accounts.models.authenticator import new_secret
from console.dates import date
from organizations.actions import invite_member
from organizations.models import Membership
from tests.accounts.factors import give_app, is_in
from tests.accounts.phones import give_phone
from tests.accounts.signing import PASSWORD, make_user, sign_in, sign_up, verification_link
from tests.cast import Cast
from tests.reading import body, links, main_words, posts, words

pytestmark = pytest.mark.django_db

PREFERENCES, SECURITY, ORGANIZATIONS = "/profile/preferences/", "/profile/security/", "/profile/organizations/"


class TestTheProfile:
    """One creates it, finds it at the top right, and it has three parts."""

    def test_is_created_for_free_before_any_organization(self, client: Client) -> None:
        sign_up(client, "new.comer@example.com")
        answer = client.post(verification_link("new.comer@example.com"), follow=True)
        assert answer.redirect_chain[-1][0] == "/getting-started/"
        assert "/organizations/new/" in links(answer)

    def test_is_opened_from_every_page(self, cast: Cast) -> None:
        for page in ("/o/acme/", "/o/personal/", "/getting-started/", SECURITY, "/organizations/new/"):
            assert "/profile/preferences/" in links(cast.mia.client.get(page)), page

    def test_has_preferences_security_and_organizations(self, cast: Cast) -> None:
        for page in (PREFERENCES, SECURITY, ORGANIZATIONS):
            answer = cast.mia.client.get(page)
            assert answer.status_code == 200
            assert {PREFERENCES, SECURITY, ORGANIZATIONS} <= set(links(answer)), page


class TestPreferences:
    """Contact information, information preferences, my organizations."""

    def test_contact_information_has_all_its_fields(self, cast: Cast) -> None:
        page = body(cast.mia.client.get(PREFERENCES))
        for field in ("first_name", "last_name", "phone_country", "phone", "salutation", "picture", "job_role"):
            assert f'name="{field}"' in page, field
        assert cast.mia.user.email in page

    def test_a_salutation_is_mr_ms_or_none(self, cast: Cast) -> None:
        [select] = re.findall(
            r'<select name="salutation".*?</select>', body(cast.mia.client.get(PREFERENCES)), re.DOTALL
        )
        assert re.findall(r'<option value="(\w*)"', select) == ["", "mr", "ms"]

    def test_promotional_content_is_opted_into(self, cast: Cast) -> None:
        assert not self._is_ticked(cast)
        assert "agreed to in" not in main_words(cast.mia.client.get(PREFERENCES))
        cast.mia.client.post(f"{PREFERENCES}information/", {"promotions": "on"})
        assert self._is_ticked(cast)
        assert f"Since {date(timezone.now())}, agreed to in" in main_words(cast.mia.client.get(PREFERENCES))

    def _is_ticked(self, cast: Cast) -> bool:
        [box] = re.findall(r'<input[^>]*name="promotions"[^>]*>', body(cast.mia.client.get(PREFERENCES)))
        return " checked" in box

    def test_cookie_preferences_open_from_there(self, cast: Cast) -> None:
        assert any(link.startswith("/cookies/") for link in links(cast.mia.client.get(PREFERENCES)))

    def test_my_organizations_say_name_role_and_join_date(self, cast: Cast) -> None:
        membership = cast.mia.membership(cast.acme)
        page = main_words(cast.mia.client.get(PREFERENCES))
        assert "Acme Member" in page
        assert f"Acme Member {date(membership.joined_at)}" in page


class TestSecurity:
    """Password, linked accounts, recent sessions, multi-factor authentication."""

    def test_a_password_is_changed_with_the_current_the_new_and_the_new_again(self, client: Client) -> None:
        user = make_user("mia@example.com")
        sign_in(client, user.email)
        new = "another-harbour-82"
        fields = re.findall(
            r'name="(\w+)"[^>]*type="password"|type="password"[^>]*name="(\w+)"', body(client.get(SECURITY))
        )
        names = [first or second for first, second in fields]
        assert len(names) == 3
        answer = client.post(f"{SECURITY}password/", dict(zip(names, (PASSWORD, new, new), strict=True)), follow=True)
        assert answer.status_code == 200
        elsewhere = Client()
        sign_in(elsewhere, user.email, new)
        assert is_in(elsewhere)

    def test_recent_sessions_say_when_with_what_and_from_where_and_end(self, client: Client) -> None:
        user = make_user("mia@example.com")
        sign_in(client, user.email)
        stolen = Client(
            headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
        )
        stolen.post("/accounts/login/", {"login": user.email, "password": PASSWORD}, REMOTE_ADDR="203.0.113.9")
        stolen.get(SECURITY, REMOTE_ADDR="203.0.113.9")
        page = client.get(SECURITY)
        assert "Firefox" in main_words(page)
        assert "203.0.113.9" in main_words(page)
        assert "just now" in main_words(page)
        [end] = [
            address
            for address in posts(client.get(f"{SECURITY}sessions/"))
            if re.search(r"[0-9a-f-]{36}/ending", address)
        ]
        client.post(end)
        assert not is_in(stolen)
        assert is_in(client)

    def test_mfa_is_turned_on_and_off_and_leads_to_its_guide(self, cast: Cast) -> None:
        assert f"{SECURITY}mfa/" in links(cast.mia.client.get(SECURITY))
        page = cast.mia.client.get(f"{SECURITY}mfa/")
        assert f"{SECURITY}mfa/authenticator/new/" in links(page)
        assert "/help/mfa/" in links(page)
        app = give_app(cast.mia.user)
        removal = f"{SECURITY}mfa/authenticator/{app.device.pk}/removal/"
        assert removal in links(cast.mia.client.get(f"{SECURITY}mfa/"))


class TestOrganizations:
    """Invitations to me, and my memberships."""

    def test_an_invitation_is_accepted_or_declined_there(self, cast: Cast) -> None:
        for organization, owner in ((cast.acme, cast.olivia), (cast.rival, cast.rita)):
            invite_member(
                organization=organization, email=cast.sam.user.email, role="member", by=owner.actor(organization)
            )
        page = cast.sam.client.get(ORGANIZATIONS)
        accept = [address for address in posts(page) if address.endswith("/acceptance/")]
        decline = [address for address in posts(page) if address.endswith("/declination/")]
        assert (len(accept), len(decline)) == (2, 2)
        cast.sam.client.post(accept[0])
        cast.sam.client.post(decline[1])
        teams = Membership.objects.filter(user=cast.sam.user, organization__kind="team")
        assert teams.count() == 1
        assert "/acceptance/" not in body(cast.sam.client.get(ORGANIZATIONS))

    def test_a_membership_leads_to_its_members_and_is_left(self, cast: Cast) -> None:
        page = links(cast.mia.client.get(ORGANIZATIONS))
        assert "/o/acme/" in page
        assert any(link.startswith("/o/acme/leaving/") for link in page)
        assert "/o/acme/members/" in links(cast.mia.client.get("/o/acme/"))


def test_help_is_offered_at_any_step(cast: Cast) -> None:
    for page in (PREFERENCES, SECURITY, ORGANIZATIONS, f"{SECURITY}mfa/", "/getting-started/"):
        assert "/help/" in links(cast.mia.client.get(page)), page
    assert "/help/" in links(Client().get("/accounts/login/"))


def test_a_password_of_ten_years_ago_still_signs_in(client: Client) -> None:
    make_user("mia@example.com")
    with time_machine.travel(timezone.now().replace(year=timezone.now().year + 10, day=1)):
        sign_in(client, "mia@example.com")
        assert is_in(client)


def test_a_new_deployment_has_no_accounts() -> None:
    assert not User.objects.exists()


def test_codes_and_secrets_come_from_the_systems_generator(client: Client) -> None:
    """Not from `random`, which begins anew with its seed; and so many bits that guessing is hopeless.

    ASVS 6.5.3, 6.5.4, 7.2.3.
    """
    user = make_user("mia@example.com")
    phone = give_phone(user)

    def make() -> tuple[str, str, list[str], str]:
        random.seed(2)
        visitor = Client()
        sign_in(visitor, user.email)
        key = visitor.session.session_key
        assert key is not None
        return key, new_secret(), backup_codes.new_codes(), "".join(phone.new_code("a")[0] for _code in range(20))

    first, second = make(), make()
    assert [one == other for one, other in zip(first, second, strict=True)] == [False] * 4
    for key, secret, codes, texted in (first, second):
        assert set(key) <= set(VALID_KEY_CHARS)
        assert len(key) * math.log2(len(VALID_KEY_CHARS)) >= 128
        assert len(base64.b32decode(secret)) * 8 >= 128
        assert {len(code) for code in codes} == {10}
        assert len(set("".join(codes))) > 20
        assert re.fullmatch(r"\d{120}", texted)
        assert len(set(re.findall(r"\d{6}", texted))) >= 19
    assert 10 * math.log2(len(backup_codes.ALPHABET)) > 48
    keys = {code for _round in range(50) for code in backup_codes.new_codes()}
    assert len(keys) == 500


def test_the_name_of_a_page_says_which_part_it_is(cast: Cast) -> None:
    for page, name in ((PREFERENCES, "Preferences"), (SECURITY, "Security"), (ORGANIZATIONS, "Organizations")):
        assert words(cast.mia.client.get(page)).startswith(name), page
