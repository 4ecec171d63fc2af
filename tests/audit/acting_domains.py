"""Actions on domain names, for the test of every action: what each does, and the event that it must leave."""

from collections.abc import Callable

from organizations import actions
from organizations.models import Domain
from tests.cast import Cast
from tests.organizations.asking import verified_domain


def domain(cast: Cast) -> Domain:
    """One that Acme has proven."""
    return verified_domain(cast.acme, "corp.example")


DOMAINS: dict[str, tuple[str, Callable[[Cast], object]]] = {
    "add_domain": (
        "domain.added",
        lambda c: actions.add_domain(organization=c.acme, name="corp.example", by=c.adam.actor(c.acme)),
    ),
    "ask_for_check": (
        "domain.checked",
        lambda c: actions.ask_for_check(domain=domain(c), by=c.adam.actor(c.acme)),
    ),
    "set_domain_joining": (
        "domain.joining_changed",
        lambda c: actions.set_domain_joining(domain=domain(c), joining="join", role="member", by=c.adam.actor(c.acme)),
    ),
    "remove_domain": (
        "domain.removed",
        lambda c: actions.remove_domain(domain=domain(c), by=c.adam.actor(c.acme)),
    ),
}
