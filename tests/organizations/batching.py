"""Lists of invitations as tests give them: through the page."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase

from organizations.models import Allowance, InvitationBatch
from tests.cast import Cast, Person
from tests.reading import body

NEW_BATCH = "/o/acme/members/invitations/batches/new/"


def page_of(batch: InvitationBatch) -> str:
    """The path of a list's page."""
    return f"/o/acme/members/invitations/batches/{batch.pk}/"


def csv_file(text: str | bytes, name: str = "people.csv") -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text, "text/csv")


def give(cast: Cast, *lines: str, role: str = "member", note: str = "", by: Person | None = None) -> InvitationBatch:
    """Olivia (or ``by``) uploads a list with these lines of CSV to Acme."""
    response = (by or cast.olivia).client.post(
        NEW_BATCH, {"file": csv_file("\n".join(lines)), "role": role, "note": note}
    )
    assert response.status_code == 302, body(response)
    return InvitationBatch.objects.filter(organization=cast.acme).latest("id")


def confirm(batch: InvitationBatch, by: Person) -> InvitationBatch:
    """Say yes to it; it is sent in this process."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert by.client.post(f"{page_of(batch)}confirmation/").status_code == 302
    return again(batch)


def again(batch: InvitationBatch) -> InvitationBatch:
    """The list as it is now."""
    return InvitationBatch.objects.get(pk=batch.pk)


def may_send(cast: Cast, amount: int) -> None:
    """Acme may send so many invitations a day."""
    Allowance.objects.update_or_create(organization=cast.acme, name="invitations_per_day", defaults={"amount": amount})


def problems(batch: InvitationBatch) -> dict[int, str]:
    """What is wrong, by the number of the row."""
    return dict(batch.rows.exclude(problem="").values_list("number", "problem"))
