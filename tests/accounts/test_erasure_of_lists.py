"""Lists of invitations forget an account that is deleted: whoever gave one, and whoever stands in one."""

import pytest
from allauth.account.models import EmailAddress

from audit.models import Event
from organizations.models import BatchRow
from tests.accounts.deleting import close, delete, everywhere
from tests.cast import Cast, make_person
from tests.organizations.batching import again, confirm, give, may_send, page_of
from tests.reading import main_words

pytestmark = pytest.mark.django_db


def test_who_stands_in_one_stands_there_no_more(cast: Cast) -> None:
    """The address, and what somebody wrote about the person."""
    batch = give(cast, "email,role,note", "sam.stranger@example.com,tech,Welcome dear Sam", "other@example.com,tech,")
    close(cast.sam)
    assert list(batch.rows.values_list("email", "note")) == [("other@example.com", "")]
    assert everywhere("dear Sam") == []


def test_nor_with_another_address_that_was_theirs(cast: Cast) -> None:
    vera = make_person("vera@example.com")
    give(cast, "vera@example.com", "vera@elsewhere.example")
    EmailAddress.objects.create(user=vera.user, email="vera@elsewhere.example", verified=True)
    close(vera)
    assert not BatchRow.objects.exists()


def test_a_list_of_theirs_that_waits_is_stopped_and_says_why(cast: Cast) -> None:
    batch = give(cast, "new@example.com", note="Greetings from Adam", by=cast.adam)
    delete(cast.adam)
    assert (again(batch).state, again(batch).reason, again(batch).by) == ("stopped", "gone", None)
    assert list(batch.rows.values_list("email", "note")) == [("new@example.com", "")]
    assert "Whoever gave this list is no longer a member." in main_words(cast.olivia.client.get(page_of(batch)))
    assert "waits for your confirmation" not in main_words(cast.olivia.client.get("/o/acme/members/invitations/"))
    assert Event.objects.get(action="invitation_batch.stopped").after == {"reason": "gone"}


@pytest.mark.usefixtures("worker_here")
def test_one_that_is_being_sent_is_stopped(cast: Cast) -> None:
    may_send(cast, 1)
    batch = confirm(give(cast, "one@example.com", "two@example.com", by=cast.adam), cast.adam)
    assert batch.is_sending
    delete(cast.adam)
    assert again(batch).state == "stopped"
    assert list(batch.rows.values_list("state", flat=True).order_by("number")) == ["invited", "ready"]
