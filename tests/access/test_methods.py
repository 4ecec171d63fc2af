"""Pages outside of a context answer the methods that they are for, and no others; inside one, the walk sees to it."""

import pytest

from tests.cast import Cast

pytestmark = pytest.mark.django_db

PATHS = ["/", "/getting-started/", "/organizations/new/", "/profile/organizations/", "/profile/preferences/"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused(cast: Cast, path: str, method: str) -> None:
    assert cast.mia.client.generic(method, path).status_code == 405


@pytest.mark.parametrize("path", PATHS)
def test_a_look_at_the_headers_alone_is_a_look(cast: Cast, path: str) -> None:
    assert cast.mia.client.head(path).status_code in {200, 302}
