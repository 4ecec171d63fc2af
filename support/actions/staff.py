"""What only the company's staff do to the support of a customer."""

from django.utils.translation import gettext as _

from console.refusal import Refused
from organizations.actors import Actor


def check_staff(by: Actor) -> None:
    """Refuse whoever is not of the staff: nobody gives support to themselves. Raises Refused."""
    if not by.is_trusted:
        raise Refused(_("Only our staff can do this."), code="staff-only")
