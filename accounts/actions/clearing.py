"""Taking every second factor from an account: when the last one that counts by itself goes, and after a recovery."""

from accounts.factors import KINDS
from accounts.models import FactorGuard, User
from accounts.sessions.browsers import forget_trust


def remove_all_factors(user: User) -> None:
    """Leave the account with its first factor alone. For actions that have locked the user, and record why."""
    for kind in KINDS:
        kind.model._default_manager.filter(user=user).delete()
    FactorGuard.objects.filter(user=user).delete()
    forget_trust(user)
