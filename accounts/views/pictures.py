"""Pictures of people, for who is signed in."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from accounts.pictures import SIZES, open_picture
from accounts.requests import UserRequest

# A picture never changes under its name.
KEPT = "private, max-age=31536000, immutable"


@require_safe
@login_required
def picture(request: UserRequest, name: UUID, size: int) -> HttpResponse:
    """One drawing of a picture; only its random name leads to it."""
    if size not in SIZES:
        raise Http404
    try:
        with open_picture(name, size) as file:
            return HttpResponse(file.read(), content_type="image/webp", headers={"Cache-Control": KEPT})
    except FileNotFoundError:
        raise Http404 from None
