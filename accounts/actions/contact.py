"""Who somebody is, for the people they work with (text 002, section 1.1)."""

from accounts.models import User
from audit.actors import Actor
from audit.recording import audited, record


@audited("account.contact_edited")
def edit_contact(
    *, user: User, first_name: str, last_name: str, salutation: str, phone: object, job_role: str, by: Actor
) -> User:
    """Change name, salutation, phone number and job role.

    ``phone``: a PhoneNumber, or empty. It is for people to call: the number that gets codes of a second factor is a
    factor of its own, and stays what it is.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    typed = {
        "first_name": first_name,
        "last_name": last_name,
        "salutation": salutation,
        "phone": phone,
        "job_role": job_role,
    }
    before = {name: str(getattr(user, name) or "") for name in typed}
    for name, value in typed.items():
        setattr(user, name, value)
    user.save(update_fields=list(typed))
    after = {name: str(getattr(user, name) or "") for name in typed}
    changed = {name: (before[name], after[name]) for name in typed if before[name] != after[name]}
    if changed:
        record("account.contact_edited", by=by, subject_id=user.pk, target=user, texts=changed)
    return user
