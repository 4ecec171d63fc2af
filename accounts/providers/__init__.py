"""The providers that people may sign in with, as this deployment offers them."""

from dataclasses import dataclass

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.urls import reverse

from accounts.factors import has_second_factor
from accounts.models import User
from console.providers import NAMES


@dataclass(frozen=True, kw_only=True)
class Provider:
    """``id`` stands in addresses and in linked accounts, ``name`` on buttons."""

    id: str
    name: str

    @property
    def says_when(self) -> bool:
        """Whether it can be asked to ask again, and says that it did: by OpenID Connect, not as Google or GitHub."""
        return self.id not in NAMES

    @property
    def login_address(self) -> str:
        """Where a sign-in by it begins."""
        return reverse(f"{self.id}_login") if self.id in NAMES else reverse("openid_connect_login", args=[self.id])


def offered() -> list[Provider]:
    """Those that are configured, in the order of the settings."""
    found = []
    for key, configured in settings.SOCIALACCOUNT_PROVIDERS.items():
        found += [Provider(id=app.get("provider_id") or key, name=app["name"]) for app in configured.get("APPS", [])]
    return found


def is_offered(provider_id: str) -> bool:
    """Whether one may sign in with it at the moment."""
    return any(provider.id == provider_id for provider in offered())


def provider_name(provider_id: str) -> str:
    """What people call it, also where it is no longer offered."""
    names = NAMES | {provider.id: provider.name for provider in offered()}
    return names.get(provider_id, provider_id)


def proving_providers(user: User) -> list[Provider]:
    """Those that may say who somebody is where we ask again: the linked ones of who has neither password nor factor."""
    return [] if has_second_factor(user) else identifying_providers(user)


def identifying_providers(user: User) -> list[Provider]:
    """Those whose word is the first factor of who has no password, where we ask again: linked, and they say when."""
    if user.has_usable_password():
        return []
    linked = set(SocialAccount.objects.filter(user=user).values_list("provider", flat=True))
    return [provider for provider in offered() if provider.id in linked and provider.says_when]
