"""Passkeys: keys of a person's devices that prove who one is (WebAuthn Level 3)."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_otp.models import DeviceManager

from accounts.models.factor import NamedDevice
from accounts.models.user import User

# isort: split
# The package asks for the user model while it is imported: it must be there by now.
from django_otp_webauthn.models import AbstractWebAuthnCredential


class Passkey(NamedDevice, AbstractWebAuthnCredential):
    """One passkey of a user: the public half, and how often its device says that it was used.

    As a device of django_otp it stands for the second factor of a session; where it has checked who holds it, too
    (user verification), it is both factors at once.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="passkeys")
    # Up to 2^32 - 1 (WebAuthn, section 6.1), which is more than the package's column takes.
    sign_count = models.PositiveBigIntegerField(_("sign count"), default=0, editable=False)

    # Whether its device checked who held it when it was made.
    verifies = models.BooleanField(_("checks who holds it"), default=False, editable=False)

    objects: ClassVar[models.Manager["Passkey"]] = DeviceManager()
    _default_manager: ClassVar[models.Manager["Passkey"]]

    class Meta:
        verbose_name = _("passkey")
        verbose_name_plural = _("passkeys")
        ordering = ["id"]

    def use(self, asked_at: datetime) -> bool:
        """Note a use now, unless there was one since ``asked_at``; whether there was none. One statement decides."""
        unused = models.Q(last_used_at=None) | models.Q(last_used_at__lt=asked_at)
        fresh = Passkey.objects.filter(unused, pk=self.pk, confirmed=True)
        return bool(fresh.update(last_used_at=timezone.now()))

    @property
    def opens_alone(self) -> bool:
        """Whether one can sign in with it and nothing else: the device finds it without a name, and checks who asks."""
        return self.verifies and self.discoverable is not False
