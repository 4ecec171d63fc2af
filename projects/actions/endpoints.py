"""The company's backends: staff say where they are, and hand them the secret that signs, both ways.

Nobody's log but the deployment's has what is done to them. Of an address only the host is written down: what follows
may hold a token.
"""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from audit.recording import audited, record
from console.ids import uuid7
from console.outbound import host_of
from console.refusal import Refused
from console.webhooks import new_secret
from organizations.actors import Actor
from outbox.carriers import call
from outbox.failures import call_failure
from outbox.models import Endpoint
from projects.provisioners.webhook import ping


@audited("endpoint.made")
def make_endpoint(*, name: str, url: str, by: Actor) -> Endpoint:
    """Let the catalogue name a backend at ``url``; the caller shows its secret, once.

    The caller has checked the address (console.outbound.check_address). Raises Refused where the name is taken.
    """
    endpoint = Endpoint(name=name, url=url)
    endpoint.set_secret(new_secret())
    _save(endpoint)
    record("endpoint.made", by=by, target=endpoint, after={"host": host_of(url)})
    return endpoint


@audited("endpoint.changed")
def change_endpoint(*, endpoint: Endpoint, name: str, url: str, by: Actor) -> Endpoint:
    """Call it something else, or call it elsewhere from now on: what waits goes there, too. Raises Refused as above."""
    endpoint = _locked(endpoint)
    before = {"host": host_of(endpoint.url)}
    endpoint.name, endpoint.url = name, url
    # What was wrong with the address of before says nothing about this one.
    endpoint.failures, endpoint.resting_until = 0, None
    _save(endpoint)
    record("endpoint.changed", by=by, target=endpoint, before=before, after={"host": host_of(url)})
    return endpoint


@audited("endpoint.secret_renewed")
def renew_endpoint_secret(*, endpoint: Endpoint, by: Actor) -> Endpoint:
    """Sign with a new secret from now on, and for a day with the one before, too, which may sign reports as long.

    The caller shows it, once.
    """
    endpoint = _locked(endpoint)
    endpoint.set_secret(new_secret())
    endpoint.save(update_fields=["secret", "former_secret", "former_until"])
    record("endpoint.secret_renewed", by=by, target=endpoint)
    return endpoint


@audited("endpoint.former_secret_ended")
def end_former_secret(*, endpoint: Endpoint, by: Actor) -> Endpoint:
    """Let the secret of before count no longer, for it is known to others. Raises Refused where there is none."""
    endpoint = _locked(endpoint)
    if not endpoint.is_changing_secret:
        raise Refused(_("Only one secret counts. Renew it first."), code="one-secret")
    endpoint.former_secret, endpoint.former_until = "", None
    endpoint.save(update_fields=["former_secret", "former_until"])
    record("endpoint.former_secret_ended", by=by, target=endpoint)
    return endpoint


@audited("endpoint.switched_off")
def switch_endpoint_off(*, endpoint: Endpoint, by: Actor) -> Endpoint:
    """Call it no more until it is switched on: what is for it waits. What it reports still counts.

    Raises Refused where it is off.
    """
    endpoint = _locked(endpoint)
    if not endpoint.is_on:
        raise Refused(_("It is off already."), code="off")
    endpoint.is_on = False
    endpoint.save(update_fields=["is_on"])
    record("endpoint.switched_off", by=by, target=endpoint)
    return endpoint


@audited("endpoint.switched_on")
def switch_endpoint_on(*, endpoint: Endpoint, by: Actor) -> Endpoint:
    """Call it again; the next sweep finds what waits. Raises Refused where it is on."""
    endpoint = _locked(endpoint)
    if endpoint.is_on:
        raise Refused(_("It is on already."), code="on")
    endpoint.is_on, endpoint.failures, endpoint.resting_until = True, 0, None
    endpoint.save(update_fields=["is_on", "failures", "resting_until"])
    record("endpoint.switched_on", by=by, target=endpoint)
    return endpoint


@audited("endpoint.tested")
def try_endpoint(*, endpoint: Endpoint, by: Actor) -> Endpoint:
    """Let a test call be made: the caller makes it once the transaction has ended (`ping_endpoint`)."""
    record("endpoint.tested", by=by, target=endpoint)
    return endpoint


def ping_endpoint(endpoint: Endpoint) -> None:
    """Call it at once, beside what waits, with the type "ping". Raises Refused that says what went wrong.

    To be called outside of any transaction: it may take ten seconds.
    """
    try:
        call(endpoint, ping(), message_id=f"ping_{uuid7().hex}")
    except Exception as error:  # noqa: BLE001 -- told as any failed call is: its own words may name the address
        raise Refused(gettext(call_failure(error).sentence), code="not-taken") from None
    endpoint.note_answer()


def _locked(endpoint: Endpoint) -> Endpoint:
    return Endpoint.objects.select_for_update().get(pk=endpoint.pk)


def _save(endpoint: Endpoint) -> None:
    try:
        with transaction.atomic():
            endpoint.save()
    except IntegrityError:
        raise Refused(_("There is an endpoint of that name."), code="taken", field="name") from None
