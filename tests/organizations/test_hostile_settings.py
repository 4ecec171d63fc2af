"""Attack 34: what is typed into any text field of the settings is inert in page, mail and header."""

import re
from html.parser import HTMLParser
from typing import override

import pytest

from organizations.models import Details, Organization
from tests.cast import Cast
from tests.organizations.inviting import invite
from tests.reading import body, mails_to, words

pytestmark = pytest.mark.django_db

HOSTILE = {
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "an attribute": "\" autofocus onfocus=alert(1) x='",
    "a template": "{{ 7*7 }}{% debug %}{# x #}%(name)s %s ${7*7}",
    "lines": "Acme\r\nBcc: everybody@example.com\r\n\r\n<b>",
    "turned": "Acme \u202egnp.exe\u202c \u200f\u2066",
}
DETAILS = {
    "country": "FR",
    "shown": "FR",
    "company": "Acme SAS",
    "street_address": "8 rue de la Paix",
    "postal_code": "75002",
    "city": "Paris",
}
PAGES = ("/o/acme/", "/o/acme/settings/", "/o/acme/settings/details/", "/o/acme/members/", "/profile/organizations/")


def pages(cast: Cast) -> str:
    cast.olivia.client.get("/o/acme/")
    return "".join(body(cast.olivia.client.get(page)) for page in PAGES)


class Tags(HTMLParser):
    """Collects what a browser would run: scripts of the page's own, and attributes that do something."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.running: list[str] = []
        self.feed(page)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == "script" and "src" not in names:
            self.running.append(tag)
        self.running += [name for name in names if name.startswith("on")]
        self.running += [value for value in names.values() if value == "x"]


def assert_inert(page: str) -> None:
    assert Tags(page).running == []
    # A template would have calculated it.
    assert page.count("7*7") == page.count("{{ 7*7 }}") + page.count("${7*7}")
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200e\u200f]", page)


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("field", ["name", "description"])
def test_what_an_organization_is_called(cast: Cast, field: str, hostile: str) -> None:
    answer = cast.olivia.client.post(
        "/o/acme/settings/", {"name": "Acme", "slug": "acme", "description": "", field: hostile}
    )
    assert answer.status_code == 302
    saved = getattr(Organization.objects.get(pk=cast.acme.pk), field)
    assert "\n" not in saved
    assert "\r" not in saved
    assert_inert(pages(cast))


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_name_in_a_mail(cast: Cast, hostile: str) -> None:
    cast.olivia.client.post("/o/acme/settings/", {"name": hostile, "slug": "acme", "description": ""})
    cast.acme.refresh_from_db()
    invite(cast, "new.comer@example.com", "member", by=cast.adam)
    mail = mails_to("new.comer@example.com")[0]
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject
    assert not re.search(r"(?m)^Bcc:", mail.text)
    assert "<script>alert" not in mail.html
    assert "<img src=x" not in mail.html


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("field", ["company", "street_address", "city"])
def test_a_part_of_the_details(cast: Cast, field: str, hostile: str) -> None:
    answer = cast.olivia.client.post("/o/acme/settings/details/", DETAILS | {field: hostile})
    assert answer.status_code == 302
    saved = getattr(Details.objects.get(), field)
    assert "\r" not in saved
    assert_inert(pages(cast))


@pytest.mark.parametrize("field", ["postal_code", "vat_number"])
def test_what_has_a_form_of_its_own_is_refused(cast: Cast, field: str) -> None:
    for hostile in HOSTILE.values():
        answer = cast.olivia.client.post("/o/acme/settings/details/", DETAILS | {field: hostile})
        assert answer.status_code == 200
        assert_inert(
            body(answer).replace("\u202e", "").replace("\u202c", "").replace("\u200f", "").replace("\u2066", "")
        )
    assert not Details.objects.exists()


@pytest.mark.parametrize("field", ["name", "slug", "description"])
def test_ten_thousand_characters_are_an_error_at_the_field(cast: Cast, field: str) -> None:
    form = {"name": "Acme", "slug": "acme", "description": "", field: "a" * 10_000}
    answer = cast.olivia.client.post("/o/acme/settings/", form)
    assert answer.status_code == 200
    assert "One field needs your attention." in words(answer)
    cast.acme.refresh_from_db()
    assert (cast.acme.name, cast.acme.slug, cast.acme.description) == ("Acme", "acme", "")


def test_fields_that_the_form_does_not_have_change_nothing(cast: Cast) -> None:
    """Attack 26."""
    more = {"status": "closed", "kind": "personal", "suspended_for": "staff", "logo": str(cast.rival.pk), "id": "1"}
    cast.olivia.client.post("/o/acme/settings/", {"name": "Acme 2", "slug": "acme", "description": "", **more})
    cast.olivia.client.post("/o/acme/settings/details/", DETAILS | {"organization": str(cast.rival.pk), **more})
    cast.acme.refresh_from_db()
    assert (cast.acme.status, cast.acme.kind, cast.acme.logo) == ("active", "team", None)
    assert Details.objects.get().organization == cast.acme
