"""What somebody agrees to, or no longer does."""

from collections.abc import Mapping

from accounts.models import COOKIES, PROMOTIONS, Consent, User
from audit.actors import Actor
from audit.recording import audited, record


@audited("account.consent_changed")
def choose_promotions(
    *, user: User, promotions: bool, by: Actor, source: Consent.Source = Consent.Source.PREFERENCES
) -> None:
    """Say whether promotional mail is welcome; ``source``: where that was asked."""
    user = User.objects.select_for_update().get(pk=user.pk)
    _note(user, {PROMOTIONS: promotions}, source, by)


@audited("account.consent_changed")
def choose_cookies(*, user: User, answers: Mapping[str, bool], by: Actor) -> None:
    """Note which categories of cookies the user takes in a browser; the browser keeps the choice itself."""
    user = User.objects.select_for_update().get(pk=user.pk)
    _note(user, {f"{COOKIES}{category}": given for category, given in answers.items()}, Consent.Source.COOKIES, by)


def _note(user: User, answers: Mapping[str, bool], source: Consent.Source, by: Actor) -> None:
    """Write what was not said before; a no to what was never agreed to is an answer about cookies, and else nothing."""
    for purpose, given in answers.items():
        latest = Consent.objects.latest_of(user.pk, purpose)
        unchanged = latest.given == given if latest else not given and purpose == PROMOTIONS
        if unchanged:
            continue
        Consent.objects.create(user=user, purpose=purpose, given=given, source=source)
        record(
            "account.consent_changed",
            by=by,
            subject_id=user.pk,
            target=user,
            after={"purpose": purpose, "given": given, "source": source},
        )
