"""Terms: staff publish a version, people accept it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Terms, TermsAcceptance, User
from accounts.terms import latest
from audit.actors import Actor
from audit.recording import audited, record
from console.refusal import Refused


@audited("terms.published")
def publish_terms(
    *, version: str, effective_at: datetime, by: Actor, text_en: str = "", text_fr: str = "", url: str = ""
) -> Terms:
    """Add a version of the terms; from ``effective_at`` on, now at the earliest, everybody is asked to accept it.

    Either both texts or the address of a page. It cannot be changed or taken back afterwards, only followed by another.
    Raises ValidationError for what is not well formed, or a version that was used already.
    """
    terms = Terms(
        version=version,
        text_en=text_en,
        text_fr=text_fr,
        url=url,
        effective_at=max(effective_at, timezone.now()),
    )
    terms.full_clean()
    terms.save()
    record("terms.published", by=by, target=terms, after={"version": version, "effective_at": terms.effective_at})
    latest.forget()
    # Somebody may have read the old version meanwhile.
    transaction.on_commit(latest.forget)
    return terms


@audited("account.terms_accepted")
def accept_terms(*, user: User, terms_id: UUID, by: Actor) -> TermsAcceptance:
    """Note that the user accepts the version that they have read; once, however often they say so.

    Raises Refused when another version is in force by now: they have not read that one.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    terms = Terms.in_force()
    if terms is None or terms.pk != terms_id:
        raise Refused(_("The terms have just changed. Read them again."), code="changed", field="accepted")
    acceptance, is_new = TermsAcceptance.objects.get_or_create(
        user=user, terms=terms, defaults={"address": by.origin.address or None}
    )
    if is_new:
        record("account.terms_accepted", by=by, subject_id=user.pk, target=terms, after={"version": terms.version})
    return acceptance
