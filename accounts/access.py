"""What a view of the profile, or of an app above, may ask for before it answers: a fresh proof of who one is."""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Concatenate

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.forms.proof import PasswordProofForm
from accounts.proof import is_fresh, note_proof
from accounts.requests import UserRequest
from console.sealing import Unreadable, seal, unseal

# The field that says that a form is an answer to our question, and the one that carries what the person was doing.
ANSWER, CARRIED = "proof", "carried"
CARRIED_FOR = timedelta(hours=1)

type View[**P] = Callable[Concatenate[UserRequest, P], HttpResponse]


def requires_proof[**P](view: View[P]) -> View[P]:
    """Ask again who one is, when the last proof is too old; then carry on with what the person was doing.

    The question is the answer to the request itself: a form that posts to the same address and carries, sealed, what
    was posted. So nothing typed is lost, two tabs do not mix, and no script is needed. Files are not carried.
    """

    @wraps(view)
    def ask_first(request: UserRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method == "POST" and ANSWER in request.POST:
            return _answer(request, view, *args, **kwargs)
        if is_fresh(request):
            return view(request, *args, **kwargs)
        return _ask(request, PasswordProofForm(user=request.user), _carried(request))

    return login_required(ask_first)


def _answer[**P](request: UserRequest, view: View[P], *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
    """Check the proof; go on with what was carried, or ask again."""
    sealed = request.POST.get(CARRIED, "")
    try:
        carried = json.loads(unseal(sealed, purpose=_purpose(request), within=CARRIED_FOR))
    except Unreadable:
        messages.error(request, _("That took too long. Please do it once more."))
        return redirect(request.get_full_path())
    form = PasswordProofForm(request.POST, user=request.user)
    if not is_fresh(request):
        if not form.is_valid():
            return _ask(request, form, sealed)
        note_proof(request)
    if carried is None:
        return redirect(request.get_full_path())
    request.POST = QueryDict(carried)
    return view(request, *args, **kwargs)


def _ask(request: UserRequest, form: PasswordProofForm, carried: str) -> HttpResponse:
    return render(request, "accounts/proof.html", {"form": form, "carried": carried})


def _carried(request: UserRequest) -> str:
    body = request.POST.urlencode() if request.method == "POST" else None
    return seal(json.dumps(body), purpose=_purpose(request))


def _purpose(request: UserRequest) -> str:
    # Opens for the same person at the same address only.
    return f"accounts.proof {request.user.pk} {request.get_full_path()}"
