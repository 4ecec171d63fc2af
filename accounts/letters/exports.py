"""The mail about an export of a person's own data."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.letters import tell
from accounts.models import DataExport
from console.dates import timestamp
from outbox.letters import Letter, Link, absolute


def send_export_ready(export: DataExport) -> None:
    """To the primary address: the file is there. The link leads to the page, which asks who one is."""
    user = export.user

    def compose() -> Letter:
        return Letter(
            subject=_("Your data is ready"),
            greeting=_("Hello %s,") % user.get_short_name(),
            paragraphs=[
                _("All that %s keeps about you is collected in one file.") % settings.BRAND_NAME,
                _("If you did not ask for it, choose a new password at once and end all other sessions."),
            ],
            action=Link(_("Download your data"), absolute(reverse("accounts:preferences_data"))),
            expires=_("The file can be downloaded until %s.") % timestamp(export.expires_at),
            reason=_("You get this mail because somebody who was signed in as you asked for the file."),
        )

    tell(user, compose, kind="export-ready")
