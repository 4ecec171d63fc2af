"""The second step of a sign-in (text 002, section 2.4)."""

from http import HTTPStatus

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import Session, User
from audit.models import Event
from tests.accounts.factors import CHALLENGE, App, answer, give_app, give_codes, is_in, sign_in_with
from tests.accounts.signing import make_user, sign_in
from tests.reading import body, error_at, links, mails_to, main_words, words

pytestmark = pytest.mark.django_db

WRONG = "This is not right, or it was used already. Try again."


@pytest.fixture
def olivia() -> User:
    return make_user("olivia.owner@example.com")


@pytest.fixture
def app(olivia: User) -> App:
    return give_app(olivia)


class TestTheStep:
    """What it asks, of whom."""

    def test_nobody_is_asked_who_has_no_second_factor(self, client: Client, olivia: User) -> None:
        sign_in(client, olivia.email)
        assert is_in(client)

    def test_backup_codes_alone_are_none(self, client: Client, olivia: User) -> None:
        give_codes(olivia)
        sign_in(client, olivia.email)
        assert is_in(client)

    def test_the_password_alone_leads_to_it(self, client: Client, olivia: User, app: App) -> None:
        assert sign_in(client, olivia.email).headers["Location"] == CHALLENGE
        assert not is_in(client)

    def test_the_field_is_made_for_codes(self, client: Client, olivia: User, app: App) -> None:
        sign_in(client, olivia.email)
        page = client.get(CHALLENGE)
        assert 'autocomplete="one-time-code"' in body(page)
        assert 'inputmode="numeric"' in body(page)
        assert "Open your authenticator app and enter the six digits that it shows." in main_words(page)

    def test_the_code_signs_in_and_goes_on_to_where_one_was_going(self, client: Client, olivia: User, app: App) -> None:
        sign_in(client, olivia.email, next="/getting-started/")
        assert answer(client, app.code()).headers["Location"] == "/getting-started/"
        assert is_in(client)

    def test_a_wrong_code_does_not(self, client: Client, olivia: User, app: App) -> None:
        sign_in(client, olivia.email)
        assert error_at(answer(client, app.wrong_code()), "code") == WRONG
        assert not is_in(client)

    @pytest.mark.parametrize("typed", ["", "   ", "12345", "1234567", "abcdef", "\x00", "9" * 5000, "½⅓¼", "💥"])
    def test_what_is_no_code_is_a_wrong_one(self, client: Client, olivia: User, app: App, typed: str) -> None:
        sign_in(client, olivia.email)
        assert error_at(answer(client, typed), "code")
        assert not is_in(client)

    @pytest.mark.parametrize("kind", ["nonsense", "", "backup_codes", "phone"])
    def test_a_made_up_kind_is_asked_as_one_that_there_is(
        self, client: Client, olivia: User, app: App, kind: str
    ) -> None:
        sign_in(client, olivia.email)
        assert error_at(answer(client, app.wrong_code(), kind), "code") == WRONG

    def test_it_ends_with_a_quarter_of_an_hour(self, client: Client, olivia: User, app: App) -> None:
        with time_machine.travel(timezone.now()) as clock:
            sign_in(client, olivia.email)
            clock.shift(16 * 60)
            assert answer(client, app.code()).headers["Location"] == "/accounts/login/"
            assert not is_in(client)

    def test_who_never_gave_a_password_is_sent_to_the_sign_in(self, client: Client) -> None:
        assert client.get(CHALLENGE).headers["Location"] == "/accounts/login/"
        assert answer(client, "123456").headers["Location"] == "/accounts/login/"

    def test_who_is_somebody_else_can_sign_in_as_they_are(self, client: Client, olivia: User, app: App) -> None:
        sign_in(client, olivia.email)
        assert "Sign in with another account" in main_words(client.get(CHALLENGE))
        assert client.post("/accounts/logout/", {"next": "/accounts/login/"}).headers["Location"] == "/accounts/login/"
        assert client.get("/accounts/login/").status_code == HTTPStatus.OK
        assert client.get(CHALLENGE).headers["Location"] == "/accounts/login/"

    def test_who_is_in_already_is_sent_on(self, client: Client, olivia: User, app: App) -> None:
        sign_in_with(client, olivia, app)
        assert client.get(CHALLENGE).headers["Location"] == "/"

    def test_the_session_says_how_one_signed_in(self, client: Client, olivia: User, app: App) -> None:
        sign_in_with(client, olivia, app)
        methods = [entry["method"] for entry in Session.objects.get(user=olivia).methods]
        assert methods == ["password", "authenticator"]


class TestWhatIsTyped:
    """A right code, as people type it."""

    @pytest.mark.parametrize("form", ["{0}{1}", "{0} {1}", " {0}-{1} ", "{0}\u00a0{1}", "{0}\u2013{1}"])
    def test_spaces_and_dashes_do_not_matter(self, client: Client, olivia: User, app: App, form: str) -> None:
        sign_in(client, olivia.email)
        code = app.code()
        answer(client, form.format(code[:3], code[3:]))
        assert is_in(client)

    @pytest.mark.parametrize("zero", ["\uff10", "\u0660", "\u0966"], ids=["full width", "Arabic", "Devanagari"])
    def test_digits_of_other_scripts_count_as_theirs(self, client: Client, olivia: User, app: App, zero: str) -> None:
        sign_in(client, olivia.email)
        answer(client, "".join(chr(ord(zero) + int(digit)) for digit in app.code()))
        assert is_in(client)

    def test_backup_codes_are_read_in_any_case_with_and_without_the_dash(self, client: Client, olivia: User) -> None:
        give_app(olivia)
        code = give_codes(olivia)[0]
        sign_in(client, olivia.email)
        answer(client, f" {code[:5].upper()} - {code[5:]}", "backup_codes")
        assert is_in(client)

    @pytest.mark.parametrize("steps", [-1, 0, 1])
    def test_a_clock_may_be_half_a_minute_off(self, client: Client, olivia: User, app: App, steps: int) -> None:
        sign_in(client, olivia.email)
        answer(client, app.code(steps))
        assert is_in(client)

    @pytest.mark.parametrize("steps", [-2, 2])
    def test_not_more(self, client: Client, olivia: User, app: App, steps: int) -> None:
        sign_in(client, olivia.email)
        answer(client, app.code(steps))
        assert not is_in(client)


class TestOtherWays:
    """Answering with something else."""

    def test_they_are_offered_as_buttons_of_the_same_form(self, client: Client, olivia: User, app: App) -> None:
        give_codes(olivia)
        sign_in(client, olivia.email)
        assert "Or use another way Backup code" in main_words(client.get(CHALLENGE))
        asked = client.post(CHALLENGE, {"kind": "authenticator", "method": "backup_codes", "code": ""})
        assert "Enter one of the codes that you kept" in main_words(asked)
        assert not error_at(asked, "code")
        assert Event.objects.filter(action="account.factor_verified").count() == 0

    def test_what_one_does_not_have_is_not_offered(self, client: Client, olivia: User, app: App) -> None:
        sign_in(client, olivia.email)
        assert "Backup code" not in main_words(client.get(CHALLENGE))

    def test_used_up_backup_codes_are_not_offered(self, client: Client, olivia: User, app: App) -> None:
        give_codes(olivia)
        olivia.backup_codes.codes.update(used_at=timezone.now())
        sign_in(client, olivia.email)
        assert "Backup code" not in main_words(client.get(CHALLENGE))

    def test_any_of_several_apps_will_do(self, client: Client, olivia: User, app: App) -> None:
        other = give_app(olivia, "Tablet")
        sign_in_with(client, olivia, other)
        assert is_in(client)

    def test_all_lost_leads_to_recovery(self, client: Client, olivia: User, app: App) -> None:
        sign_in(client, olivia.email)
        assert "/accounts/login/recovery/" in links(client.get(CHALLENGE))


class TestBackupCodes:
    """Used one by one."""

    def test_the_use_of_one_is_told_with_how_many_are_left(self, client: Client, olivia: User, app: App) -> None:
        codes = give_codes(olivia)
        sign_in(client, olivia.email)
        answer(client, codes[0], "backup_codes")
        [mail] = mails_to(olivia.email, "backup-code-used")
        assert "A backup code of your account was used. 9 are left." in mail.text
        assert "Make new ones soon." not in mail.text

    def test_when_few_are_left_the_mail_and_the_next_page_say_so(self, client: Client, olivia: User, app: App) -> None:
        codes = give_codes(olivia)
        for code in codes[:7]:
            olivia.backup_codes.accept(code)
        sign_in(client, olivia.email)
        landed = client.post(CHALLENGE, {"kind": "backup_codes", "code": codes[7]}, follow=True)
        assert "2 backup codes are left. Make new ones under Security." in words(landed)
        assert "2 are left. Make new ones soon." in mails_to(olivia.email, "backup-code-used")[-1].text

    def test_they_are_kept_as_digests(self, olivia: User) -> None:
        codes = give_codes(olivia)
        kept = " ".join(olivia.backup_codes.codes.values_list("digest", flat=True))
        assert not any(code in kept for code in codes)
        assert len(set(codes)) == 10


class TestTrustedBrowsers:
    """For 30 days, where people ask for it."""

    def test_the_password_is_enough_there(self, client: Client, olivia: User, app: App) -> None:
        sign_in_with(client, olivia, app, trust="yes")
        client.post("/accounts/logout/")
        sign_in(client, olivia.email)
        assert is_in(client)

    def test_only_if_one_has_asked(self, client: Client, olivia: User, app: App) -> None:
        sign_in_with(client, olivia, app)
        client.post("/accounts/logout/")
        assert sign_in(client, olivia.email).headers["Location"] == CHALLENGE

    def test_not_in_another_browser(self, client: Client, olivia: User, app: App) -> None:
        sign_in_with(client, olivia, app, trust="yes")
        assert sign_in(Client(), olivia.email).headers["Location"] == CHALLENGE

    def test_not_after_30_days(self, client: Client, olivia: User, app: App) -> None:
        with time_machine.travel(timezone.now()) as clock:
            sign_in_with(client, olivia, app, trust="yes")
            client.post("/accounts/logout/")
            clock.shift(30 * 24 * 3600 + 1)
            assert sign_in(client, olivia.email).headers["Location"] == CHALLENGE

    def test_a_wrong_code_is_no_way_to_be_trusted(self, client: Client, olivia: User, app: App) -> None:
        sign_in(client, olivia.email)
        answer(client, app.wrong_code(), trust="yes")
        assert sign_in(Client(), olivia.email).headers["Location"] == CHALLENGE
        assert not olivia.browsers.filter(trusted_until__isnull=False).exists()
