"""My data, in a browser: the page follows the worker and offers the file, without being loaded again."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import DataExport
from accounts.proof import PROVEN_AT
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_page_follows_the_worker_until_the_file_is_there(cast: Cast, signed_in: Callable[..., Page]) -> None:
    session = cast.mia.client.session
    session[PROVEN_AT] = datetime.now(UTC).timestamp()
    session.save()
    export = DataExport.objects.create(
        user=cast.mia.user, attempts=1, claimed_until=timezone.now() + timedelta(minutes=5)
    )
    page = signed_in(cast.mia)
    page.goto("/profile/preferences/data/")
    expect(page.get_by_label("0 % is collected")).to_be_visible()
    export.note_progress(60)
    expect(page.get_by_label("60 % is collected")).to_be_visible(timeout=15_000)
    export.finish("exports/a.zip", 1024)
    expect(page.get_by_role("link", name="Download")).to_be_visible(timeout=15_000)
    expect(page.locator("[data-hx-trigger]")).to_have_count(0)
