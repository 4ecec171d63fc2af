"""The picture of a person: given, changed, taken away."""

from uuid import UUID

from django.core.files import File
from django.db import transaction

from accounts import pictures
from accounts.models import User
from audit.actors import Actor
from audit.recording import audited, record


def change_picture(*, user: User, picture: "File[bytes]", by: Actor) -> User:
    """Show a drawing of the uploaded file beside the name from now on; the former one is removed.

    Raises Refused for what cannot be drawn (`accounts.pictures.draw`); the former picture stays then.
    """
    name = pictures.store(pictures.draw(picture))
    try:
        return show_picture(user=user, name=name, by=by)
    except BaseException:
        # Files know no roll-back.
        pictures.discard(name)
        raise


@audited("account.picture_changed")
def show_picture(*, user: User, name: UUID, by: Actor) -> User:
    """Take a stored drawing as the user's picture."""
    user = User.objects.select_for_update().get(pk=user.pk)
    _replace(user, name)
    record("account.picture_changed", by=by, subject_id=user.pk, target=user)
    return user


@audited("account.picture_removed")
def remove_picture(*, user: User, by: Actor) -> User:
    """Show initials again."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.picture:
        _replace(user, None)
        record("account.picture_removed", by=by, subject_id=user.pk, target=user)
    return user


def _replace(user: User, name: UUID | None) -> None:
    former, user.picture = user.picture, name
    user.save(update_fields=["picture"])
    if former:
        # A storage that does not answer now must not undo what the person sees done.
        transaction.on_commit(lambda: pictures.discard(former), robust=True)
