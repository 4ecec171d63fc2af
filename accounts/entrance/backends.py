"""How an address and a password open an account, and what a mailed link to choose another password is made of.

Both do for an unknown address what they do for a known one: the same queries, the same hashes (ATTACKS 9).
"""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.models import EmailAddress
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db.models import OuterRef

from accounts.models import Notification, User


class AddressBackend(AuthenticationBackend):
    """Signs in by any address that the user owns (`UserManager.owning`): one query, one hash."""

    def get_user(self, user_id: Any) -> User | None:
        """Who is signed in, with the number of what awaits them, which every page shows: one query for both."""
        counted = Notification.objects.awaiting().number_of(OuterRef("pk"))
        user = User.objects.annotate(notifications_awaiting=counted).filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        user: User | None = self._check_password(User.objects.owner_of(email), password)
        return user


class ResetTokens(PasswordResetTokenGenerator):
    """Links that die with the password, the next sign-in and any change of the user's addresses (ATTACKS 8)."""

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        addresses = EmailAddress.objects.filter(user_id=user.pk).order_by("email").values_list("email", flat=True)
        return "|".join([super()._make_hash_value(user, timestamp), *addresses])
