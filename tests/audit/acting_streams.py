"""Actions on the stream of a log, for the test of every action: what each does, and the event that it must leave."""

from collections.abc import Callable

from organizations import actions
from organizations.actors import Actor
from organizations.models import AuditStream
from tests.cast import Cast

URL = "https://log.example.com/"


def stream(cast: Cast) -> AuditStream:
    """Acme's, made by Adam."""
    return actions.set_stream(organization=cast.acme, url=URL, begin="now", by=cast.adam.actor(cast.acme))


STREAMS: dict[str, tuple[str, Callable[[Cast], object]]] = {
    "set_stream": ("stream.set", stream),
    "change_stream": (
        "stream.changed",
        lambda c: actions.change_stream(stream=stream(c), url=URL, is_on=False, by=c.adam.actor(c.acme)),
    ),
    "renew_stream_secret": (
        "stream.secret_renewed",
        lambda c: actions.renew_stream_secret(stream=stream(c), by=c.adam.actor(c.acme)),
    ),
    "try_stream": (
        "stream.tested",
        lambda c: actions.try_stream(stream=stream(c), by=c.adam.actor(c.acme)),
    ),
    "switch_stream_off": (
        "stream.switched_off",
        lambda c: actions.switch_stream_off(stream=stream(c), reason="It floods", by=Actor.staff(c.adam.user)),
    ),
    "remove_stream": (
        "stream.removed",
        lambda c: actions.remove_stream(stream=stream(c), by=c.adam.actor(c.acme)),
    ),
}
