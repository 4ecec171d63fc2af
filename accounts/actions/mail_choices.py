"""Which optional mails somebody wants."""

from collections.abc import Collection

from accounts.models import MailChoice, User
from audit.actors import Actor
from audit.recording import audited, record
from console.registry import registry


@audited("account.mails_chosen")
def choose_mails(*, user: User, wanted: Collection[str], by: Actor) -> None:
    """Switch kinds of optional mail on and off: ``wanted`` holds the keys of those that are to come.

    What is chosen is kept as what is switched off: a new kind comes until somebody has read of it.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    known = {kind.key for kind in registry.mails}
    before = set(MailChoice.objects.filter(user=user, kind__in=known).values_list("kind", flat=True))
    after = known - set(wanted)
    if before == after:
        return
    MailChoice.objects.filter(user=user, kind__in=before - after).delete()
    MailChoice.objects.bulk_create(MailChoice(user=user, kind=kind) for kind in sorted(after - before))
    record(
        "account.mails_chosen",
        by=by,
        subject_id=user.pk,
        target=user,
        before={"switched_off": sorted(before)},
        after={"switched_off": sorted(after)},
    )
