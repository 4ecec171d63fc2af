"""The user, and what belongs to one person's account."""

from accounts.models.address import AddressChange
from accounts.models.authenticator import Authenticator
from accounts.models.backup_codes import BackupCode, BackupCodes
from accounts.models.browser import Browser
from accounts.models.consent import COOKIES, PROMOTIONS, Consent
from accounts.models.export import DataExport
from accounts.models.factor import Factor
from accounts.models.guard import FactorGuard
from accounts.models.notification import MailChoice, Notification
from accounts.models.passkey import Passkey
from accounts.models.phone import Phone
from accounts.models.recovery import Recovery
from accounts.models.session import Session
from accounts.models.terms import Terms, TermsAcceptance
from accounts.models.user import SHOWN, JobRole, Salutation, Standing, User, UserManager, clean_address, full_name

__all__ = [
    "COOKIES",
    "PROMOTIONS",
    "SHOWN",
    "AddressChange",
    "Authenticator",
    "BackupCode",
    "BackupCodes",
    "Browser",
    "Consent",
    "DataExport",
    "Factor",
    "FactorGuard",
    "JobRole",
    "MailChoice",
    "Notification",
    "Passkey",
    "Phone",
    "Recovery",
    "Salutation",
    "Session",
    "Standing",
    "Terms",
    "TermsAcceptance",
    "User",
    "UserManager",
    "clean_address",
    "full_name",
]
