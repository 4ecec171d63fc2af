"""What people do to their accounts, and staff to others'.

Each takes ``by``, an Actor; is atomic; locks the user before it decides; raises Refused with a sentence; records an
event whose ``subject_id`` is the user.
"""

from accounts.actions.accounts import claim_account, lock_account, rename_user, unlock_account

__all__ = ["claim_account", "lock_account", "rename_user", "unlock_account"]
