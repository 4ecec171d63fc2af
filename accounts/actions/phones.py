"""Telephone numbers that codes are sent to: adding one, in two steps."""

from django.db import transaction
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import PhoneNumber

from accounts.actions.factors import note_added
from accounts.factors import has_second_factor
from accounts.factors.kinds import tidy
from accounts.factors.phones import check_number, send_to
from accounts.models import Phone, User
from accounts.models.phone import masked
from audit.actors import Actor
from audit.models import Event
from audit.recording import audited, record
from console.refusal import Refused


@audited("account.phone_code_sent")
def begin_phone(*, user: User, phone: PhoneNumber, binding: str, by: Actor) -> Phone:
    """Send a code to a number that the user wants to add; it counts for nothing until `confirm_phone`.

    ``binding``: a secret of the session (`accounts.factors.phones.new_binding`), in which alone the code counts.

    Raises Refused without an authenticator app or a passkey, beside a number that is there, for numbers that codes are
    not sent to, and when too many were sent.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    _check_may_add(user)
    check_number(phone)
    number = phone.as_e164
    added, _made = Phone.objects.update_or_create(
        user=user,
        confirmed=False,
        defaults={"number": number, "name": masked(number), "digest": "", "expires_at": None},
    )
    send_to(added, user, binding, by)
    return added


@audited("account.phone_code_sent")
def resend_phone_code(*, user: User, binding: str, by: Actor) -> Phone:
    """Send another code to the number that is to be confirmed. Raises Refused as `begin_phone` does."""
    user = User.objects.select_for_update().get(pk=user.pk)
    _check_may_add(user)
    phone = Phone.objects.filter(user=user, confirmed=False).first()
    if phone is None:
        raise Refused(_("Enter the telephone number first."), code="no-phone")
    send_to(phone, user, binding, by)
    return phone


def confirm_phone(*, user: User, code: str, binding: str, by: Actor) -> Phone:
    """Add the number, once the code that was sent to it is given. Raises Refused for a wrong code, which is counted."""
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        _check_may_add(user)
        phone = Phone.objects.filter(user=user, confirmed=False).first()
        if phone and phone.accept(tidy(code), binding):
            phone.refresh_from_db()
            phone.confirmed = True
            phone.save(update_fields=["confirmed"])
            note_added(user, phone, by)
            return phone
        record(
            "account.factor_added",
            by=by,
            subject_id=user.pk,
            target=user,
            after={"kind": "phone", "code": "wrong"},
            outcome=Event.Outcome.DENIED,
        )
    # Raised out here: what was counted stays.
    raise Refused(
        _("This is not the code of the last message, or it does not count any more. Try again, or ask for another."),
        code="wrong",
        field="code",
    )


def _check_may_add(user: User) -> None:
    if not has_second_factor(user):
        raise Refused(_("Add an authenticator app or a passkey first."), code="alone")
    if Phone.objects.filter(user=user, confirmed=True).exists():
        raise Refused(_("You have a telephone number. Remove it before you add another."), code="too-many")
