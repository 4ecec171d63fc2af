"""People of whole stories."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.e2e.visitor import MakeVisitor, Visitor
from tests.fixtures.network import MailServer


@pytest.fixture
def visitor(live_console_with_mail: str, smtp_server: MailServer, new_page: Callable[..., Page]) -> MakeVisitor:
    """Makes somebody with a browser profile of their own: ``visitor("olga@example.com", viewport=…)``."""

    def make(email: str, **options: Any) -> Visitor:
        return Visitor(new_page(**options), smtp_server, email)

    return make
