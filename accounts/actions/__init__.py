"""What people do to their accounts, and staff to others'.

Each takes ``by``, an Actor; is atomic; locks the user before it decides; raises Refused with a sentence; records an
event whose ``subject_id`` is the user.
"""

from accounts.actions.accounts import claim_account, lock_account, unlock_account
from accounts.actions.addresses import (
    add_address,
    make_primary,
    remove_address,
    send_verification,
    undo_address_change,
)
from accounts.actions.authenticators import add_authenticator
from accounts.actions.backup_codes import renew_backup_codes
from accounts.actions.browsers import forget_browsers, revoke_trust
from accounts.actions.closing import close_account
from accounts.actions.consents import choose_cookies, choose_promotions
from accounts.actions.contact import edit_contact
from accounts.actions.exports import make_export, note_download, prune_exports, request_export, sweep_exports
from accounts.actions.factors import remove_factor, rename_factor, verify_factor
from accounts.actions.leftovers import delete_leftovers
from accounts.actions.linked_accounts import create_linked_account, link_account, unlink_account
from accounts.actions.mail_choices import choose_mails
from accounts.actions.notifications import await_answer, read_notifications, settle, settle_all_of
from accounts.actions.passkeys import add_passkey, identify_by_passkey
from accounts.actions.passwords import change_password, reset_password, set_password
from accounts.actions.phones import begin_phone, confirm_phone, resend_phone_code
from accounts.actions.pictures import change_picture, remove_picture
from accounts.actions.proofs import confirm_password
from accounts.actions.recoveries import ask_recovery, cancel_recovery, complete_recoveries
from accounts.actions.region import choose_language, choose_region, note_time_zone
from accounts.actions.sessions import end_session, end_sessions
from accounts.actions.signups import expire_signups
from accounts.actions.terms import accept_terms, publish_terms

__all__ = [
    "accept_terms",
    "add_address",
    "add_authenticator",
    "add_passkey",
    "ask_recovery",
    "await_answer",
    "begin_phone",
    "cancel_recovery",
    "change_password",
    "change_picture",
    "choose_cookies",
    "choose_language",
    "choose_mails",
    "choose_promotions",
    "choose_region",
    "claim_account",
    "close_account",
    "complete_recoveries",
    "confirm_password",
    "confirm_phone",
    "create_linked_account",
    "delete_leftovers",
    "edit_contact",
    "end_session",
    "end_sessions",
    "expire_signups",
    "forget_browsers",
    "identify_by_passkey",
    "link_account",
    "lock_account",
    "make_export",
    "make_primary",
    "note_download",
    "note_time_zone",
    "prune_exports",
    "publish_terms",
    "read_notifications",
    "remove_address",
    "remove_factor",
    "remove_picture",
    "rename_factor",
    "renew_backup_codes",
    "request_export",
    "resend_phone_code",
    "reset_password",
    "revoke_trust",
    "send_verification",
    "set_password",
    "settle",
    "settle_all_of",
    "sweep_exports",
    "undo_address_change",
    "unlink_account",
    "unlock_account",
    "verify_factor",
]
