"""Somebody at a browser: does what pages offer and mails link to, in the words of their language."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage

from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Locator, Page, Response, expect

from tests.fixtures.network import MailServer

PASSWORD = "correct horse battery staple"
ROLES = {
    "en": {"owner": "Owner", "tech": "Tech", "member": "Member"},
    "fr": {"owner": "Propriétaire", "tech": "Technique", "member": "Membre"},
}


@dataclass
class Visitor:
    """``email`` sits at ``page`` and reads the mail that ``mail`` receives for that address."""

    page: Page
    mail: MailServer
    email: str
    language: str = "en"

    def words(self, text: str, *values: str, **named: str) -> str:
        """A text of the console as this person reads it, with what stands in place of ``%s`` or ``%(name)s``."""
        with translation.override(self.language):
            translated = gettext(text)
        return translated % (named or values) if named or values else translated

    def open(self, path: str) -> int:
        """Go to an address; the status that it answered with."""
        answer = self.page.goto(path)
        assert isinstance(answer, Response)
        return answer.status

    def role(self, key: str) -> str:
        """What a role is called in this person's language."""
        return ROLES[self.language][key]

    def press(self, text: str, within: Locator | None = None) -> None:
        """Press the button that is called ``text``."""
        (within or self.page.locator("main")).get_by_role("button", name=self.words(text), exact=True).click()

    def follow(self, text: str, within: Locator | None = None) -> None:
        """Click the link that is called ``text``."""
        (within or self.page.locator("main")).get_by_role("link", name=self.words(text), exact=True).first.click()

    def sees(self, text: str, *values: str, **named: str) -> None:
        """Fail unless the page says ``text`` within some seconds."""
        expect(self.page.locator("body")).to_contain_text(self.words(text, *values, **named))

    def is_at(self, path: str) -> None:
        """Fail unless the browser arrives at ``path``, and unless the page has one first heading."""
        self.page.wait_for_url(re.compile(rf"^[^?#]*//[^/]+{re.escape(path)}([?#].*)?$"))
        expect(self.page.get_by_role("heading", level=1)).to_have_count(1)

    def read(self, subject: str, *values: str, **named: str) -> EmailMessage:
        """Wait for the mail about ``subject``."""
        return self.mail.wait_for(self.email, self.words(subject, *values, **named))

    def open_link(self, subject: str, *values: str, **named: str) -> None:
        """Wait for the mail about ``subject`` and open the link of its button."""
        self.open(link_in(self.read(subject, *values, **named)))

    def speak(self, language: str, name: str) -> None:
        """Choose a language at the foot of the page; ``name`` is what its speakers call it."""
        self.page.get_by_role("button", name=name, exact=True).click()
        expect(self.page.locator("html")).to_have_attribute("lang", language)
        self.language = language

    def fill_sign_up(self) -> None:
        """Send the sign-up form of this page."""
        self.page.locator("[name=email]").fill(self.email)
        self.page.locator("[name=password1]").fill(PASSWORD)
        self.page.locator("[name=password2]").fill(PASSWORD)
        self.press("Create account")

    def sign_up(self) -> None:
        """From the start page to an account of one's own, through the mail that verifies the address."""
        self.open("/")
        self.follow("Create an account")
        self.is_at("/accounts/signup/")
        self.fill_sign_up()
        self.is_at("/accounts/confirm-email/")
        self.open_link("Verify your e-mail address")
        self.press("Verify address")
        self.page.wait_for_url(lambda address: "/accounts/" not in address)

    def sign_in(self) -> None:
        """Sign in."""
        self.open("/accounts/login/")
        self.page.locator("[name=login]").fill(self.email)
        self.page.locator("[name=password]").fill(PASSWORD)
        self.press("Sign in")
        self.page.wait_for_url(lambda address: "/accounts/" not in address)

    def name_oneself(self, first: str, last: str) -> None:
        """Give one's name, by the user menu."""
        self.user_menu("Profile")
        self.page.locator("[name=first_name]").fill(first)
        self.page.locator("[name=last_name]").fill(last)
        self.press("Save")
        self.sees("Your contact information is saved.")

    def user_menu(self, text: str) -> None:
        """Choose an entry of the user menu."""
        self.page.locator("[popovertarget=user-menu]").click()
        self.follow(text, self.page.locator("#user-menu"))

    def section(self, text: str) -> None:
        """Go to a section of the side bar, which folds away on a narrow screen."""
        fold = self.page.locator("[popovertarget=sections]")
        if fold.is_visible():
            fold.click()
        self.follow(text, self.page.locator("#sections"))

    def switch_to(self, path: str) -> None:
        """Choose the context at ``path`` in the switcher."""
        self.page.locator("[popovertarget=switcher]").click()
        self.page.locator(f"#switcher a[href='{path}']").click()
        self.is_at(path)

    def create_organization(self, name: str, slug: str) -> None:
        """Make an organization, by the end of the switcher."""
        self.page.locator("[popovertarget=switcher]").click()
        self.follow("New organization", self.page.locator("#switcher"))
        self.page.locator("[name=name]").fill(name)
        self.press("Create organization")
        self.is_at(f"/o/{slug}/")

    def invite(self, address: str, role: str, note: str = "") -> None:
        """Invite from the page of an organization."""
        self.follow("Invite member")
        self.page.locator("[name=email]").fill(address)
        self.page.locator("[name=role]").select_option(role)
        self.page.locator("[name=note]").fill(note)
        self.press("Send invitation")
        self.sees("The invitation to %s is queued; the mail leaves in a moment.", address)

    def row(self, text: str) -> Locator:
        """The line of a list that says ``text``."""
        return self.page.get_by_role("row").filter(has_text=text)

    def row_action(self, person: str, action: str) -> None:
        """Choose an action in somebody's line."""
        self.follow(action, self.row(person))


def link_in(message: EmailMessage) -> str:
    """The address of the one button of a mail, as its text part gives it."""
    text = message.get_body(("plain",))
    assert text is not None
    links = re.findall(r"https?://\S+", text.get_content())
    assert links, text.get_content()
    return str(links[0])


type MakeVisitor = Callable[..., Visitor]
