"""Adding a domain name, and removing it."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actions.notifications import settle
from audit.recording import audited, record
from console.refusal import Refused
from organizations import policies, signals
from organizations.actions.domains.locking import lock_domain
from organizations.actions.locking import lock
from organizations.actors import Actor
from organizations.freemail import is_free_mail
from organizations.log import Filters, events_of
from organizations.models import Domain, Organization
from organizations.models.domain import DOMAIN_LENGTH, DOMAIN_NOTICE, clean_domain
from organizations.roles import Permission

# How many names an organization has, and how many it adds within a day: each is looked up without end.
MOST = 20
ADDED_PER_DAY = 40
DAY = timedelta(hours=24)
# Characters that are read: a name in other letters is longer in ASCII than it is typed, never four times shorter.
LONGEST = 4 * DOMAIN_LENGTH


@audited("domain.added")
def add_domain(*, organization: Organization, name: str, by: Actor) -> Domain:
    """Claim a domain name; it is the organization's once its record is found (`check_domain`).

    ``name``: as somebody typed it. Others may claim the same: whose record stands there has it. Raises Refused, at the
    field ``name``, for what is no domain name, one that is there already, one in which everybody gets an address, and
    this console's own; and beyond `MOST` and `ADDED_PER_DAY`.
    """
    organization, by = lock(organization.pk, by, Permission.EDIT_SETTINGS)
    name = _clean(name)
    _check_name(organization, name)
    _check_room(organization)
    # Until somebody says otherwise, the least that there is; nobody joins before that.
    least = policies.current().roles[-1]
    domain = Domain(organization=organization, name=name)
    domain.give(least)
    domain.save(force_insert=True)
    record("domain.added", by=by, organization_id=organization.pk, target=domain)
    return domain


@audited("domain.removed")
def remove_domain(*, domain: Domain, by: Actor) -> Domain:
    """Give a domain name up: nobody joins by it any more; whoever did stays. What uses it is told (`domain_ending`)."""
    domain, by = lock_domain(domain, by, Permission.EDIT_SETTINGS)
    record(
        "domain.removed",
        by=by,
        organization_id=domain.organization_id,
        target=domain,
        before={"is_proven": domain.is_proven, "joining": domain.joining},
    )
    settle(DOMAIN_NOTICE, domain.pk)
    signals.domain_ending.send(sender=Domain, domain=domain, by=by)
    pk = domain.pk
    domain.delete()
    # For whoever wants to say which one it was.
    domain.pk = pk
    return domain


def _clean(name: str) -> str:
    try:
        cleaned = clean_domain(name[:LONGEST])
    except ValidationError as error:
        raise Refused(error.messages[0], code="domain", field="name") from None
    if len(Domain(name=cleaned).record_name) > DOMAIN_LENGTH:
        raise Refused(_("This name is too long to have a record beside it."), code="domain", field="name")
    return cleaned


def _check_name(organization: Organization, name: str) -> None:
    if is_free_mail(name):
        raise Refused(
            _("Everybody can get an address at %s. Enter a domain that is yours alone.") % name,
            code="free-mail",
            field="name",
        )
    if name == urlsplit(settings.SITE_URL).hostname:
        raise Refused(_("This is the address of this console. Enter a domain of yours."), code="own", field="name")
    if organization.domains.filter(name=name).exists():
        raise Refused(_("%s is in the list already.") % name, code="exists", field="name")


def _check_room(organization: Organization) -> None:
    if organization.domains.count() >= MOST:
        sentence = ngettext(
            "There can be %d domain name here. Remove one first.",
            "There can be %d domain names here. Remove one first.",
            MOST,
        )
        raise Refused(sentence % MOST, code="too-many")
    lately = Filters(actions=("domain.added",), outcome="done", since=timezone.now() - DAY)
    if events_of(organization.pk, lately).count() >= ADDED_PER_DAY:
        raise Refused(_("Many domain names were added here today. Add more tomorrow."), code="pace")
