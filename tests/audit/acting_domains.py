"""Actions on domain names, for the test of every action: what each does, and the event that it must leave."""

from collections.abc import Callable
from unittest.mock import patch

from allauth.account.models import EmailAddress

from organizations import actions
from organizations.actions.domains import checking
from organizations.dns import Finding
from organizations.models import Domain
from tests.cast import Cast
from tests.organizations.asking import verified_domain


def domain(cast: Cast) -> Domain:
    """One that Acme has proven."""
    return verified_domain(cast.acme, "corp.example")


def prove(cast: Cast) -> None:
    """A worker finds the record."""
    added = actions.add_domain(organization=cast.acme, name="corp.example", by=cast.adam.actor(cast.acme))
    with patch.object(checking, "look_up", lambda name, value: Finding()):
        actions.check_domain(added.pk)


def let_in(cast: Cast) -> None:
    """A worker lets in who has an address there: Rita, for Sam is invited."""
    EmailAddress.objects.filter(user=cast.rita.user).update(email="rita@corp.example")
    found = verified_domain(cast.acme, "corp.example", "join", let_in_after=0)
    assert actions.let_in(found.pk) == 1


# They wake workers up.
SILENT = {"sweep_domains", "sweep_letting_in"}

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
    "check_domain": ("domain.proven", prove),
    "let_in": ("membership.joined", let_in),
    "remove_domain": (
        "domain.removed",
        lambda c: actions.remove_domain(domain=domain(c), by=c.adam.actor(c.acme)),
    ),
}
