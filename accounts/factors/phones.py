"""Codes by text message: which numbers may have them, how often, and what they say.

The weakest of the second factors (NIST SP 800-63B, 3.1.3.3, restricts it; ASVS 6.6.1 wants a stronger one beside it),
and one that costs the operator money for each message: fraud sends many, to numbers far away.
"""

import secrets
from datetime import timedelta
from ipaddress import IPv6Network, ip_address
from math import ceil
from urllib.parse import urlsplit

import phonenumbers
from django.conf import settings
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from phonenumber_field.phonenumber import PhoneNumber
from phonenumbers import PhoneNumberType

from accounts.limits import use_up
from accounts.models import Phone, User
from audit.actors import Actor
from audit.recording import audited, record
from console.refusal import Refused
from outbox import gateways
from outbox.actions import enqueue, withdraw
from outbox.models import TextMessage

KIND = "sign-in-code"
# From one code to the next, and how many an hour, of one account and to a number that it adds. Counted in the database.
COOL_DOWN = timedelta(seconds=60)
AN_HOUR = 5
# The session's key for the secret that binds a code to it: who was sent one elsewhere cannot be talked out of it here.
BINDING = "phone_code"
# Neither premium nor shared-cost numbers, nor what only rings.
TEXTABLE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


def are_offered() -> bool:
    """Whether this deployment sends codes by text message at all."""
    return gateways.is_configured()


def check_number(number: PhoneNumber) -> None:
    """Raises Refused for a number that codes are not sent to: no mobile one, or of a country that is not served."""
    if phonenumbers.number_type(number) not in TEXTABLE:
        raise Refused(
            _("Text messages do not reach this number. Enter the number of a mobile phone."),
            code="not-mobile",
            field="phone",
        )
    country = phonenumbers.region_code_for_number(number)
    if settings.SMS_COUNTRIES and country not in settings.SMS_COUNTRIES:
        raise Refused(_("We do not send codes to this country."), code="country", field="phone")


def new_binding() -> str:
    """A secret for a session that asks for a code (`BINDING`)."""
    return secrets.token_urlsafe(16)


@audited("account.phone_code_sent")
def send_code(*, user: User, binding: str, by: Actor) -> None:
    """Send a new code to the telephone that the user has confirmed; it counts in the session with this ``binding``.

    An action that stands here: the question for this kind of factor begins with it, and actions import the kinds.

    Raises Refused while the last one is less than a minute old, when there were too many, and without a telephone.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    phone = Phone.objects.filter(user=user, confirmed=True).first()
    if phone is None:
        raise Refused(_("You have no telephone number for codes."), code="no-phone")
    send_to(phone, user, binding, by)


def send_to(phone: Phone, user: User, binding: str, by: Actor) -> None:
    """Send a new code to one of the user's telephones, confirmed or not; for actions that have locked the user.

    What was sent before is void, and withdrawn if it waits.
    """
    if not are_offered():
        raise Refused(_("We do not send text messages at the moment. Use another way."), code="no-gateway")
    _check_frequency(phone, user, by)
    for former in TextMessage.objects.filter(account_id=user.pk, kind=KIND, state=TextMessage.State.WAITING):
        withdraw(former)
    code, expires_at = phone.new_code(binding)
    with translation.override(user.language or translation.get_language()):
        text = _text(code)
    enqueue(TextMessage(number=phone.number, text=text, kind=KIND, account_id=user.pk, expires_at=expires_at))
    record("account.phone_code_sent", by=by, subject_id=user.pk, target=phone)


def _text(code: str) -> str:
    sentence = _("%(code)s is your code for %(brand)s. It works for 10 minutes. Never tell it to anybody.") % {
        "code": code,
        "brand": settings.BRAND_NAME,
    }
    # Phones and browsers then offer the code on our pages, and on no others (WICG, origin-bound one-time codes).
    return f"{sentence}\n\n@{urlsplit(settings.SITE_URL).hostname} #{code}"


def _check_frequency(phone: Phone, user: User, by: Actor) -> None:
    now = timezone.now()
    recent = TextMessage.objects.filter(kind=KIND, created_at__gt=now - timedelta(hours=1))
    counted = [recent.filter(account_id=user.pk)]
    if not phone.confirmed:
        # Of a number that is somebody's already, nobody else uses up the messages by trying to add it.
        counted.append(recent.filter(number=phone.number))
    for messages in counted:
        last = messages.aggregate(last=Max("created_at"))["last"]
        wait = (last + COOL_DOWN - now).total_seconds() if last else 0
        if wait > 0:
            seconds = ceil(wait)
            raise Refused(
                ngettext(
                    "We sent you a code a moment ago. You can ask for another in %d second.",
                    "We sent you a code a moment ago. You can ask for another in %d seconds.",
                    seconds,
                )
                % seconds,
                code="too-soon",
            )
        if messages.count() >= AN_HOUR:
            raise Refused(_("There were too many codes. Wait an hour, or use another way."), code="too-many")
    if not use_up("text_messages", key=_network(by.origin.address)):
        raise Refused(_("Too many codes were sent for your network. Wait an hour."), code="too-many")


def _network(address: str) -> str:
    """What one subscriber has: an IPv4 address, or a network of IPv6 addresses."""
    if not address or ip_address(address).version == 4:  # noqa: PLR2004 -- IPv4
        return address
    return str(IPv6Network(f"{address}/64", strict=False))
