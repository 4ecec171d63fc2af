"""What walks share."""

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from django.http import HttpRequest, HttpResponse

from console import views


@pytest.fixture
def statuses_only() -> Iterator[None]:
    """Where hundreds of answers count by their status alone: pages that say 403 or 404 are not drawn."""

    def undrawn(_request: HttpRequest, _template: str, *, status: int, **_more: Any) -> HttpResponse:
        return HttpResponse(status=status)

    with patch.object(views, "render", undrawn):
        yield
