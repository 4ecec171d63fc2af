"""The addresses of a user: add, verify, make one the primary, take that back, remove."""

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import limits
from accounts.actions.closing import close_account
from accounts.actions.passwords import shut_out
from accounts.actions.recoveries import begin_recovery
from accounts.letters import addresses as letters
from accounts.models import AddressChange, Passkey, User, clean_address
from accounts.models.address import UNDONE_WITHIN
from audit.actors import Actor
from audit.recording import audited, record
from console.refusal import Refused

# Of one account: each of them can be asked for a new password, and each added one costs a stranger a mail.
KEPT = 10


@audited("account.address_added")
def add_address(*, user: User, email: str, by: Actor) -> EmailAddress:
    """Make ``email`` an unverified address of the user, and send the mail that verifies it.

    Says nothing of other accounts that may have the address: the mail goes to its owner in any case (ATTACKS 9). One
    that waits already gets another mail. Raises Refused for a verified one of the user's, for one too many, and when
    a mail was sent a moment ago.
    """
    user = _lock(user)
    try:
        email = clean_address(email)
    except ValidationError:
        raise Refused(_("Enter an e-mail address such as name@example.com."), code="email", field="email") from None
    address = EmailAddress.objects.filter(user=user, email=email).first()
    if address is None:
        if EmailAddress.objects.filter(user=user).count() >= KEPT:
            raise Refused(_("You have %d addresses, and cannot add more.") % KEPT, code="too-many", field="email")
        address = EmailAddress.objects.create(user=user, email=email)
        letters.tell_of_added(user, email, by)
        record("account.address_added", by=by, subject_id=user.pk, target=user, texts={"email": ("", email)})
    _send_verification(user, address)
    return address


@audited("account.verification_sent")
def send_verification(*, user: User, email: str, by: Actor) -> EmailAddress:
    """Send the mail that verifies an address once more. Raises Refused as `add_address` does, and for no address."""
    user = _lock(user)
    address = _address(user, email)
    _send_verification(user, address)
    record("account.verification_sent", by=by, subject_id=user.pk, target=user)
    return address


@audited("account.primary_address_changed")
def make_primary(*, user: User, email: str, by: Actor) -> EmailAddress:
    """Make a verified address the primary one: the name to sign in with, and where mails go.

    The former one is told, and can take it back for seven days (`undo_address_change`). Links to choose a new password
    that were sent before are dead (ATTACKS 8). An account that was made with the address and never verified is
    nobody's, and ends.
    """
    user = _lock(user)
    address = _address(user, email)
    if address.primary:
        raise Refused(_("This is your primary address already."), code="primary", field="email")
    if not address.verified:
        raise Refused(_("Verify this address first."), code="unverified", field="email")
    former = user.email
    change = _note_change(user, former, email)
    _move_to(user, address)
    record(
        "account.primary_address_changed", by=by, subject_id=user.pk, target=user, texts={"email": (former, user.email)}
    )
    letters.tell_of_new_primary(user, former, by, change)
    return address


@audited("account.primary_address_restored")
def undo_address_change(*, change: AddressChange, by: Actor) -> User:
    """Take a change of the primary address back: whoever made it is out, and the former address is the way in.

    All sessions and trusted browsers end, and there is no password any more: a new one is chosen by a link mailed to
    the restored address. The address that the change brought, and the one that is primary now, are removed; all others
    must be verified again, since nobody knows who did it before. Passkeys and identities at providers that came since,
    or in as long a time before, open the account no more. A second factor stays, since the former mailbox may be the
    one that somebody has taken over: where all are new, a recovery begins. Each address that is lost hears of it, and
    of recoveries, for as long as `HEARS_FOR`. Later changes can no longer be taken back.

    Raises Refused when it was taken back already, is too old, or when the address is another account's by now.
    """
    user = _lock(change.user)
    change = AddressChange.objects.get(pk=change.pk)
    if not change.is_open:
        raise Refused(_("This link no longer works."), code="undone" if change.undone_at else "expired")
    removed = {user.email, change.after} - {change.before}
    doubted = {*user.verified_addresses()} - removed - {change.before}
    EmailAddress.objects.filter(user=user, email__in=removed).delete()
    EmailAddress.objects.filter(user=user).exclude(email=change.before).update(verified=False)
    address, _made = EmailAddress.objects.get_or_create(user=user, email=change.before)
    if not address.can_set_verified():
        raise Refused(
            _("%s is the address of another account by now. Remove it there first, then open the link again.")
            % change.before,
            code="taken",
        )
    address.verified = True
    _move_to(user, address)
    AddressChange.objects.open(user.pk).update(undone_at=timezone.now())
    AddressChange.objects.filter(pk=change.pk).update(lost=sorted(removed | doubted))
    user.set_unusable_password()
    user.save(update_fields=["password"])
    shut_out(user)
    record("account.primary_address_restored", by=by, subject_id=user.pk, target=user)
    letters.tell_of_restored(user, sorted(removed), sorted(doubted), by)
    _close_new_ways_in(user, change, by)
    return user


@audited("account.address_removed")
def remove_address(*, user: User, email: str, by: Actor) -> None:
    """Remove an address. Invitations to it are no longer the user's. Raises Refused for the primary one."""
    user = _lock(user)
    address = _address(user, email)
    if address.primary:
        raise Refused(
            _("You cannot remove your primary address. Make another one the primary address first."),
            code="primary",
            field="email",
        )
    verified = user.verified_addresses()
    if address.verified and not verified.exclude(email=address.email).exists():
        raise Refused(_("You cannot remove your only verified address."), code="only-verified", field="email")
    address.delete()
    record("account.address_removed", by=by, subject_id=user.pk, target=user, texts={"email": (address.email, "")})
    letters.tell_of_removed(user, address.email, by)


def _lock(user: User) -> User:
    return User.objects.select_for_update().get(pk=user.pk)


def _address(user: User, email: str) -> EmailAddress:
    address = EmailAddress.objects.filter(user=user, email=email.lower()).first()
    if address is None:
        raise Refused(_("This is none of your addresses."), code="none", field="email")
    return address


def _send_verification(user: User, address: EmailAddress) -> None:
    if address.verified:
        raise Refused(_("%s is one of your addresses already.") % address.email, code="verified", field="email")
    # By account and address: nobody uses up the mail that somebody else's sign-up needs.
    if not limits.use_up("verification", key=f"{user.pk}:{address.email}"):
        raise Refused(
            _("A mail to %s is on its way already. Open its link, or ask again in a few minutes.") % address.email,
            code="too-soon",
            field="email",
        )
    if not limits.use_up("verifications", key=str(user.pk)):
        raise Refused(_("You have asked for many mails today. Try again tomorrow."), code="too-many", field="email")
    letters.send_verification(address)


def _note_change(user: User, former: str, new: str) -> AddressChange | None:
    """The change as the former address may take it back; None where that one came after another that still may.

    By however many steps: what matters is that none of the changes left it.
    """
    changes = AddressChange.objects.open(user.pk)
    is_newcomer = changes.exists() and not changes.filter(before=former).exists()
    if is_newcomer or user.standing_of(former) != "verified":
        return None
    return AddressChange.objects.create(user=user, before=former, after=new)


def _close_new_ways_in(user: User, change: AddressChange, by: Actor) -> None:
    since = change.made_at - UNDONE_WITHIN
    SocialAccount.objects.filter(user=user, date_joined__gte=since).delete()
    new = Passkey.objects.filter(user=user, created_at__gte=since)
    if not new.exists():
        return
    if user.authenticators.exists() or user.passkeys.filter(created_at__lt=since).exists():
        new.delete()
    else:
        # Whoever reads the former mailbox must not get rid of the last factor at once: it counts beside a password
        # until the recovery is through.
        new.update(verifies=False)
        begin_recovery(user, by)


def _move_to(user: User, address: EmailAddress) -> None:
    """Make ``address`` the primary one, here and in the user's own column, which other apps copy."""
    _make_way(user, address.email)
    EmailAddress.objects.filter(user=user, primary=True).exclude(pk=address.pk).update(primary=False)
    address.primary = True
    address.save()
    user.email = address.email
    user.save(update_fields=["email"])


def _make_way(user: User, email: str) -> None:
    other = User.objects.filter(email=email).exclude(pk=user.pk).first()
    if other is None:
        return
    if other.verified_addresses().exists():
        raise Refused(_("This address is the primary one of another account."), code="taken", field="email")
    close_account(user=other, by=Actor.system())
