"""The domain names of an organization: added and removed, looked up in DNS, and what they do for people."""

from organizations.actions.domains.adding import add_domain, remove_domain
from organizations.actions.domains.checking import ask_for_check, check_domain, sweep_domains
from organizations.actions.domains.joining import join_by_domain, let_in, set_domain_joining, sweep_letting_in

__all__ = [
    "add_domain",
    "ask_for_check",
    "check_domain",
    "join_by_domain",
    "let_in",
    "remove_domain",
    "set_domain_joining",
    "sweep_domains",
    "sweep_letting_in",
]
