"""Backup codes as a kind of second factor: beside another one only."""

from django.utils.translation import gettext_lazy as _

from accounts.factors.kinds import Kind
from accounts.models import BackupCode, BackupCodes, User


def verify(user: User, code: str) -> BackupCodes | None:
    """The user's set, if this is one of its codes that are left."""
    codes = BackupCodes.objects.filter(user=user).first()
    return codes if codes and codes.accept(code) else None


def are_left(user: User) -> bool:
    """Whether there is a code that was not used."""
    return BackupCode.objects.filter(codes__user=user, used_at=None).exists()


BACKUP_CODES = Kind(
    key="backup_codes",
    model=BackupCodes,
    label=_("Backup code"),
    icon="life-buoy",
    prompt=_("Backup code"),
    help=_("Enter one of the codes that you kept when you set this up. It works once."),
    fragment="accounts/factors/_code.html",
    attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    verify=verify,
    is_primary=False,
    offered=are_left,
)
