"""The tasks of organizations: each calls the action of its name."""

from uuid import UUID

from console.celery import app
from organizations import actions


@app.task(name="organizations.expire_invitations")
def expire_invitations() -> None:
    """Mark the invitations whose time is over."""
    actions.expire_invitations()


@app.task(name="organizations.tell_of_request")
def tell_of_request(request_id: str) -> None:
    """Mail those who decide that somebody asks to join."""
    actions.tell_of_request(UUID(request_id))


@app.task(name="organizations.send_digests")
def send_digests() -> None:
    """Mail those who decide on requests to join what came beyond the single mails."""
    actions.send_digests()


@app.task(name="organizations.end_timed_memberships")
def end_timed_memberships() -> None:
    """End the memberships whose time is over, and tell those for whom it soon is."""
    actions.end_timed_memberships()
    actions.tell_of_ends()


@app.task(name="organizations.tell_of_second_factor")
def tell_of_second_factor() -> None:
    """Tell members without a second factor that their organization closes to them."""
    actions.tell_of_second_factor()


@app.task(name="organizations.remind_invited")
def remind_invited() -> None:
    """Remind who has not answered an invitation for three days."""
    actions.remind_invited()


@app.task(name="organizations.send_batch")
def send_batch(batch_id: str) -> None:
    """Send the invitations of a batch, if that is due."""
    actions.send_batch(UUID(batch_id))


@app.task(name="organizations.sweep_batches")
def sweep_batches() -> None:
    """Wake workers up for every batch that is due."""
    actions.sweep_batches()


@app.task(name="organizations.prune_batches")
def prune_batches() -> None:
    """Forget the lists of 30 days ago."""
    actions.prune_batches()


@app.task(name="organizations.expire_transfers")
def expire_transfers() -> None:
    """Mark the transfers whose time is over."""
    actions.expire_transfers()


@app.task(name="organizations.go_on_closing")
def go_on_closing(closing_id: str) -> None:
    """Take back what was open in an organization that was closed, and tell its members."""
    actions.go_on_closing(UUID(closing_id))


@app.task(name="organizations.sweep_closings")
def sweep_closings() -> None:
    """Wake workers up for every organization whose members are still to be told."""
    actions.sweep_closings()


@app.task(name="organizations.end_closed")
def end_closed() -> None:
    """Make final what was closed 30 days ago."""
    actions.end_closed_organizations()


@app.task(name="organizations.make_export")
def make_export(export_id: str) -> None:
    """Export an organization, if that is due."""
    actions.make_organization_export(UUID(export_id))


@app.task(name="organizations.sweep_exports")
def sweep_exports() -> None:
    """Wake workers up for every export that waits."""
    actions.sweep_organization_exports()


@app.task(name="organizations.prune_exports")
def prune_exports() -> None:
    """Remove the exports whose day is over."""
    actions.prune_organization_exports()


@app.task(name="organizations.end_expired_keys")
def end_expired_keys() -> None:
    """End the API keys whose time is over, and tell of those for which it soon is."""
    actions.end_expired_keys()
    actions.tell_of_key_ends()


@app.task(name="organizations.prune_keys")
def prune_keys() -> None:
    """Forget dead keys, tokens, and answers that were kept to be given again."""
    actions.prune_keys()


@app.task(name="organizations.send_stream")
def send_stream(stream_id: str) -> None:
    """Send what waits in the stream of a log, if that is due."""
    actions.send_stream(UUID(stream_id))


@app.task(name="organizations.sweep_streams")
def sweep_streams() -> None:
    """Wake workers up for every stream that has something to send."""
    actions.sweep_streams()


@app.task(name="organizations.check_domain")
def check_domain(domain_id: str) -> None:
    """Look a domain name up, if that is due."""
    actions.check_domain(UUID(domain_id))


@app.task(name="organizations.sweep_domains")
def sweep_domains() -> None:
    """Wake workers up for every domain name that is to be looked up, or in which some are still to be let in."""
    actions.sweep_domains()
    actions.sweep_letting_in()


@app.task(name="organizations.let_in")
def let_in(domain_id: str) -> None:
    """Let those in who had an address in a domain when joining was switched on."""
    actions.let_in(UUID(domain_id))


# The first time, or after a shorter plan, there may be a year to delete.
@app.task(name="organizations.prune_logs", soft_time_limit=3500, time_limit=3600)
def prune_logs() -> None:
    """Delete what logs have kept long enough."""
    actions.prune_logs()
