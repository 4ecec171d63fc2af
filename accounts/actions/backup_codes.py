"""Backup codes: making ten, and ten new ones."""

from django.utils.translation import gettext as _

from accounts.factors import has_second_factor
from accounts.letters import factors as letters
from accounts.models import BackupCodes, User
from accounts.models.backup_codes import new_codes
from audit.actors import Actor
from audit.recording import audited, record
from console.refusal import Refused


@audited("account.backup_codes_renewed")
def renew_backup_codes(*, user: User, by: Actor) -> list[str]:
    """Make ten codes in place of the former ones; they are returned here and never again.

    Raises Refused without a second factor that they could stand in for.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if not has_second_factor(user):
        raise Refused(_("Add an authenticator app or a passkey first."), code="no-factor")
    former, _of_whom = BackupCodes.objects.filter(user=user).delete()
    codes = new_codes()
    made = BackupCodes.make(user.pk, codes)
    record("account.backup_codes_renewed", by=by, subject_id=user.pk, target=made)
    # The first ones come with a factor, of which there is a notice.
    if former:
        letters.notify_codes_renewed(user, by)
    return codes
