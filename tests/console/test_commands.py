"""The commands of the frame: gettext without GNU's programs."""

import gettext
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django.fixtures import Settings

from console.management.commands.makemessages import translatable_calls

pytestmark = pytest.mark.embedded


def test_a_catalogue_is_compiled_once(settings: Settings, tmp_path: Path) -> None:
    settings.BASE_DIR, settings.LOCALE_PATHS = tmp_path, [tmp_path / "locale"]
    messages = tmp_path / "locale" / "fr" / "LC_MESSAGES"
    messages.mkdir(parents=True)
    (messages / "django.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=n > 1;\\n"\n\n'
        'msgid "Sign in"\nmsgstr "Se connecter"\n\n'
        'msgid "%d member"\nmsgid_plural "%d members"\nmsgstr[0] "%d membre"\nmsgstr[1] "%d membres"\n'
    )
    said = StringIO()
    call_command("compilemessages", stdout=said)
    call_command("compilemessages", stdout=said)
    assert said.getvalue().splitlines() == ["Compiled locale/fr/LC_MESSAGES/django.po"]
    with (messages / "django.mo").open("rb") as file:
        french = gettext.GNUTranslations(file)
    assert french.gettext("Sign in") == "Se connecter"
    assert french.ngettext("%d member", "%d members", 0) == "%d membre"


def test_texts_of_a_template_are_found_wherever_they_stand() -> None:
    template = (
        '<h1>{{ _("Members") }}</h1>\n'
        '{{ button(_("Invite member"), kind="primary") }}\n'
        '{{ ngettext("%(num)s member", "%(num)s members", count) }}\n'
    )
    assert translatable_calls(template).splitlines() == [
        "_('Members'); ",
        "_('Invite member'); ",
        "ngettext('%(num)s member', '%(num)s members', None); ",
    ]
