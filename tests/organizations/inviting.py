"""Invitations as tests make them: through the page, and the link as it stands in the mail or on the page."""

import re
from html import unescape

from organizations.models import Invitation
from tests.cast import Cast, Person
from tests.reading import body, link_in

NEW = "/o/acme/members/invitations/new/"


def invite(cast: Cast, email: str, role: str = "member", *, by: Person | None = None, note: str = "") -> Invitation:
    """Olivia (or ``by``) invites an address to Acme."""
    response = (by or cast.olivia).client.post(NEW, {"email": email, "role": role, "note": note})
    assert response.status_code == 302, body(response)
    return Invitation.objects.filter(organization=cast.acme).latest("id")


def again(invitation: Invitation) -> Invitation:
    """The invitation as it is now."""
    return Invitation.objects.select_related("mail", "organization").get(pk=invitation.pk)


def mailed_link(invitation: Invitation) -> str:
    """The path of the link in the newest mail of the invitation."""
    invitation = again(invitation)
    mail = invitation.mail
    assert mail is not None
    # Once the invitation is decided, a mail that never left is wiped; somebody may have had it sent all the same.
    return f"/invitations/{invitation.token('mailed')}/" if mail.is_wiped else link_in(mail)


def copied_link(cast: Cast, invitation: Invitation, *, by: Person | None = None) -> str:
    """The path of the link that whoever invites can copy from the invitation's page."""
    page = body((by or cast.olivia).client.get(f"/o/acme/members/invitations/{invitation.pk}/"))
    match = re.search(r"https?://[^/\s\"<]+(/invitations/[^/\s\"<]+/)", unescape(page))
    assert match, "The page shows no link to copy."
    return match[1]
