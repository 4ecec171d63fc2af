"""One connection token, and many servers that come with it at the same instant; a server, and two who part with it."""

from functools import partial

import pytest

from audit.models import Event
from infrastructure.actions.servers import disconnect_server
from infrastructure.models import Server
from tests.cast import Cast
from tests.infrastructure.serving import Box, connected, token_of
from tests.races.test_members import answer
from tests.races.together import statuses, together

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def test_of_many_servers_with_one_token_one_connects_and_the_others_are_told_that_it_was_used(cast: Cast) -> None:
    """Issue 8: once. As many at once as one token is taken from in a minute (ATTACKS 12)."""
    token = token_of(cast.theo, cast.acme)
    boxes = [Box() for _number in range(10)]
    answers = together(*(partial(box.connect, token, id=f"pmm-{n}") for n, box in enumerate(boxes)))
    assert statuses(answers) == [201] + [401] * 9
    assert Server.objects.count() == 1
    assert Event.objects.filter(action="server.connected", outcome="done").count() == 1


def test_two_tokens_for_one_id_make_one_server_and_one_secret_that_works(cast: Cast) -> None:
    boxes = [Box(), Box()]
    tokens = [token_of(cast.theo, cast.acme) for _box in boxes]
    answers = together(*(partial(box.connect, token) for box, token in zip(boxes, tokens, strict=True)))
    assert statuses(answers) == [201, 201]
    assert Server.objects.count() == 1
    assert statuses([box.beat() for box in boxes]) == [200, 401]


def test_of_two_who_disconnect_it_one_does_while_it_reports(cast: Cast) -> None:
    box = connected(cast.theo, cast.acme)
    server = Server.objects.get()
    by = cast.adam.actor(cast.acme)
    part = partial(disconnect_server, server=server, by=by)
    both = partial(together, lambda: answer(part), lambda: answer(part), partial(box.beat, version="4"))
    assert sorted(one.status_code for one in both()[:2]) == [200, 409]
    assert box.beat().status_code == 401
    assert not Server.objects.exists()
