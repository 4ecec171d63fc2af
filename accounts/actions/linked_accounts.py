"""Linked accounts: identities at a provider that open an account (text 002, section 2.2)."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.utils.translation import gettext as _

from accounts import signals
from accounts.letters.notices import notify
from accounts.models import User
from accounts.providers import offered, provider_name
from audit.actors import Actor
from audit.recording import audited, record
from console.refusal import Refused


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Somebody at a provider: ``uid`` is what never changes there, ``name`` what people see (a user name, an address).

    One ``uid`` at two providers is two identities (ATTACKS 7; OpenID Connect Core 1.0, section 5.7).
    """

    provider: str
    uid: str
    name: str

    def find(self) -> SocialAccount | None:
        """The linked account that it opens."""
        return SocialAccount.objects.filter(provider=self.provider, uid=self.uid).first()

    def linked_to(self, user: User) -> SocialAccount:
        """Keep it as the user's; if somebody links it at this moment, theirs it is."""
        linked, _new = SocialAccount.objects.get_or_create(
            provider=self.provider, uid=self.uid, defaults={"user": user, "extra_data": {"name": self.name}}
        )
        return linked


@audited("account.provider_linked")
def link_account(*, user: User, identity: Identity, by: Actor) -> SocialAccount:
    """Let an identity at a provider open the account, one of each provider.

    Raises Refused for an identity that opens another account, and where one of this provider is linked already.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    name = provider_name(identity.provider)
    if not SocialAccount.objects.filter(user=user, provider=identity.provider, uid=identity.uid).exists():
        if SocialAccount.objects.filter(user=user, provider=identity.provider).exists():
            raise Refused(_("Another account at %s is linked already. Unlink it first.") % name, code="linked-already")
        linked = identity.linked_to(user)
        if linked.user_id != user.pk:
            sentence = _("This account at %s opens another account here. Sign in with it, and unlink it there first.")
            raise Refused(sentence % name, code="linked-elsewhere")
        _note(user, "account.provider_linked", identity.provider, by)
        notify(user, lambda: _linked(identity), kind="provider-linked", by=by)
    return SocialAccount.objects.get(provider=identity.provider, uid=identity.uid)


@audited("account.provider_unlinked")
def unlink_account(*, user: User, provider: str, by: Actor) -> None:
    """Let the identity at a provider open the account no more.

    Raises Refused for the last way in, and where none is linked.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    linked = SocialAccount.objects.filter(user=user, provider=provider).first()
    if linked is None:
        raise Refused(_("No account at %s is linked.") % provider_name(provider), code="not-linked")
    if not has_other_way_in(user, besides=provider):
        sentence = _("It is your only way to sign in. Set a password, or link another account first.")
        raise Refused(sentence, code="last-way-in")
    identity = Identity(provider=provider, uid=linked.uid, name=linked.extra_data.get("name", ""))
    linked.delete()
    _note(user, "account.provider_unlinked", provider, by)
    notify(user, lambda: _unlinked(identity), kind="provider-unlinked", by=by)


@audited("account.created")
def create_linked_account(*, user: User, identity: Identity, verified: bool, by: Actor) -> User:
    """Make the account of somebody who signs up by a provider; ``user`` is not saved yet, and holds address and names.

    ``verified``: whether the address is known to be theirs; otherwise our mail asks. Raises IntegrityError where the
    address or the identity came to belong to somebody a moment ago.
    """
    user.set_unusable_password()
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=verified)
    SocialAccount.objects.create(
        user=user, provider=identity.provider, uid=identity.uid, extra_data={"name": identity.name}
    )
    record("account.created", by=by, subject_id=user.pk, target=user, after={"provider": identity.provider})
    if verified:
        record("account.address_verified", by=by, subject_id=user.pk, target=user)
        signals.address_verified.send(sender=User, user=user, email=user.email)
    return user


def has_other_way_in(user: User, *, besides: str) -> bool:
    """Whether the user can sign in without the provider ``besides``: by password, passkey, or another provider.

    An identity at a provider that is no longer offered is no way in.
    """
    others = {provider.id for provider in offered()} - {besides}
    return (
        user.has_usable_password()
        or any(passkey.opens_alone for passkey in user.passkeys.all())
        or SocialAccount.objects.filter(user=user, provider__in=others).exists()
    )


def _note(user: User, event: str, provider: str, by: Actor) -> None:
    record(event, by=by, subject_id=user.pk, target=user, after={"provider": provider})


def _linked(identity: Identity) -> tuple[str, str]:
    name = provider_name(identity.provider)
    sentence = _("Your account now opens with %(name)s at %(provider)s too.")
    return _("Account at %s linked") % name, sentence % {"name": identity.name, "provider": name}


def _unlinked(identity: Identity) -> tuple[str, str]:
    name = provider_name(identity.provider)
    sentence = _("Your account no longer opens with %(name)s at %(provider)s.")
    return _("Account at %s unlinked") % name, sentence % {"name": identity.name, "provider": name}
