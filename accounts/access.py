"""What a view of the profile, or of an app above, may ask for before it answers: a fresh proof of who one is."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import is_valid_path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.entrance.stages import note_factor, note_identity
from accounts.forms.factor import FactorForm
from accounts.forms.proof import PasswordProofForm, ProofForm, password_form, proof_form
from accounts.proof import is_fresh, is_within
from accounts.providers import identifying_providers
from accounts.providers.proofs import spend
from accounts.requests import UserRequest
from console.sealing import Unreadable, seal, unseal

# The field that says that a form is an answer to our question, and the one that carries what the person was doing.
ANSWER, CARRIED = "proof", "carried"
CARRIED_FOR = timedelta(hours=1)
IMPORTANT = gettext_lazy("You are about to change something important. After this you go on where you were.")

type View[**P] = Callable[Concatenate[UserRequest, P], HttpResponse]
type Test[R: UserRequest, **P] = Callable[Concatenate[R, P], bool]
type ViewOf[R: UserRequest, **P] = Callable[Concatenate[R, P], HttpResponse]
type IsProven = Callable[[UserRequest], bool]


@dataclass(frozen=True, kw_only=True)
class _Question:
    """How somebody is asked who they are.

    ``is_proven``: whether it need not be asked; ``form``: what it is asked with, None for a provider's word; ``note``:
    whether the posted form answers it, which the session may remember; ``why``: what the page says of the reason.
    """

    is_proven: IsProven
    form: Callable[..., ProofForm | None]
    note: Callable[[UserRequest, ProofForm], bool]
    why: Any = IMPORTANT


def requires_proof[R: UserRequest, **P](view: ViewOf[R, P]) -> ViewOf[R, P]:
    """Ask again who one is, when the last proof is too old; then carry on with what the person was doing.

    The question is the answer to the request itself: a form that posts to the same address and carries, sealed, what
    was posted. So nothing typed is lost, two tabs do not mix, and no script is needed. Files are not carried.
    """
    asking = _asking(cast("View[P]", view), _Question(is_proven=is_fresh, form=proof_form, note=_note_answer))
    return cast("ViewOf[R, P]", asking)


def requires_new_proof[**P](view: View[P]) -> View[P]:
    """Ask who one is before each change, however fresh the last proof is; looking at the page takes none."""
    return _asking(view, _Question(is_proven=_is_a_look, form=proof_form, note=_note_answer))


def requires_proof_for[R: UserRequest, **P](
    is_sensitive: Test[R, P],
) -> Callable[[ViewOf[R, P]], ViewOf[R, P]]:
    """Ask as `requires_proof` does, for those changes only of which ``is_sensitive(request, …)`` says so."""

    def decorate(view: ViewOf[R, P]) -> ViewOf[R, P]:
        proven = requires_proof(view)

        @wraps(view)
        def ask_for_some(request: R, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            # An answer says nothing of what it carries: that was sensitive when it was sealed.
            asks = request.method == "POST" and (ANSWER in request.POST or is_sensitive(request, *args, **kwargs))
            return (proven if asks else view)(request, *args, **kwargs)

        return ask_for_some

    return decorate


def requires_proof_to_change[R: UserRequest, **P](view: ViewOf[R, P]) -> ViewOf[R, P]:
    """Ask as `requires_proof` does before each change; looking at the page takes none."""
    decorate: Callable[[ViewOf[R, P]], ViewOf[R, P]] = requires_proof_for(_is_a_change)
    return decorate(view)


def requires_proof_within[**P](view: View[P], age: timedelta, why: str) -> View[P]:
    """Ask as `requires_proof` does when the sign-in, or the last proof since, is older than ``age``.

    ``why``: the sentence that says so to whoever is asked.
    """

    def is_recent(request: UserRequest) -> bool:
        return is_within(request, age)

    return _asking(view, _Question(is_proven=is_recent, form=proof_form, note=_note_answer, why=why))


def requires_first_factor[**P](view: View[P]) -> View[P]:
    """Ask for the first factor before each change: the password, or the word of a provider of who has none.

    For who says that the second one is lost. So it proves nothing for any other change.
    """
    return _asking(view, _Question(is_proven=_is_a_look, form=password_form, note=_is_the_password))


def _asking[**P](view: View[P], question: _Question) -> View[P]:
    @wraps(view)
    def ask_first(request: UserRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method == "POST" and ANSWER in request.POST:
            return _answer(request, view, question, *args, **kwargs)
        if question.is_proven(request):
            return view(request, *args, **kwargs)
        return _ask(request, question, question.form(request, posted=False), _carried(request))

    return login_required(ask_first)


def _answer[**P](
    request: UserRequest, view: View[P], question: _Question, *args: P.args, **kwargs: P.kwargs
) -> HttpResponse:
    """Check the proof; go on with what was carried, or ask again."""
    sealed = request.POST.get(CARRIED, "")
    try:
        carried = json.loads(unseal(sealed, purpose=_purpose(request), within=CARRIED_FOR))
    except Unreadable:
        messages.error(request, _("That took too long. Please do it once more."))
        return redirect(_page_above(request.path))
    if not question.is_proven(request):
        form = question.form(request, posted=True)
        # A provider's word is for who has nothing else to answer with, at this moment.
        if not (question.note(request, form) if form else spend(request, sealed)):
            return _ask(request, question, form, sealed)
    if carried is None:
        return redirect(request.get_full_path())
    request.POST = QueryDict(carried)
    return view(request, *args, **kwargs)


def _is_a_look(request: UserRequest) -> bool:
    return request.method != "POST"


def _is_a_change(request: UserRequest, /, *_args: object, **_kwargs: object) -> bool:
    return not _is_a_look(request)


def _is_the_password(request: UserRequest, form: ProofForm) -> bool:
    return isinstance(form, PasswordProofForm) and form.is_valid() and form.is_proven


def _note_answer(request: UserRequest, form: ProofForm) -> bool:
    """Whether the answer was right; the session remembers."""
    if isinstance(form, FactorForm):
        if form.proven is None:
            return False
        note_factor(request, form.proven)
        return True
    if not _is_the_password(request, form):
        return False
    note_identity(request, "password")
    return True


def _ask(request: UserRequest, question: _Question, form: ProofForm | None, carried: str) -> HttpResponse:
    context: dict[str, Any] = {
        "why": question.why,
        "form": form,
        "carried": carried,
        "by_factor": isinstance(form, FactorForm),
        "proving_providers": identifying_providers(request.user) if form is None else [],
    }
    if request.method == "POST":
        context["way_back"] = _page_above(request.path)
    return render(request, "accounts/proof.html", context)


def _carried(request: UserRequest) -> str:
    body = request.POST.urlencode() if request.method == "POST" else None
    return seal(json.dumps(body), purpose=_purpose(request))


def _page_above(path: str) -> str:
    """The nearest page that leads to an address: what is asked about may be sent there only, not looked at."""
    above = path.rstrip("/").rpartition("/")[0] + "/"
    return above if is_valid_path(above) else _page_above(above)


def _purpose(request: UserRequest) -> str:
    # Opens for the same person at the same address only.
    return f"accounts.proof {request.user.pk} {request.get_full_path()}"
