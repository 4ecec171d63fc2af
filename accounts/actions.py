"""What a user does to the own account, beyond what allauth does."""

from accounts.models import User
from audit.actors import Actor
from audit.recording import audited, record


@audited("account.renamed")
def rename_user(*, user: User, first_name: str, last_name: str, by: Actor) -> User:
    """Change the name that colleagues see."""
    user = User.objects.select_for_update().get(pk=user.pk)
    user.first_name, user.last_name = first_name, last_name
    user.save(update_fields=["first_name", "last_name"])
    record("account.renamed", by=by, subject_id=user.pk, target=user)
    return user
