"""The question for the second factor: at each sign-in, and again before sensitive changes."""

from typing import Any, Self

from django import forms
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device

from accounts import limits
from accounts.actions import verify_factor
from accounts.factors import AUTHENTICATOR, kinds_for
from accounts.factors.kinds import Kind
from accounts.factors.passkeys import ANSWER_LENGTH
from accounts.models import User
from audit.actors import Actor
from console.origin import OriginRequest
from console.refusal import Refused


class FactorForm(forms.Form):
    """What a kind of second factor asks for; ``proven`` is the factor once the answer was right.

    A posted form says in ``kind`` what it answers with. Its button ``method`` asks for another kind instead; the page
    is the same one, so that nothing that it carries is lost.
    """

    # A passkey's answer is the longest one.
    code = forms.CharField(max_length=ANSWER_LENGTH, error_messages={"required": _("Enter the code.")})

    proven: Device | None = None

    def __init__(self, *args: Any, kind: Kind, kinds: list[Kind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.others = [other for other in kinds if other is not kind]
        field = self.fields["code"]
        field.label = kind.prompt
        field.widget.attrs |= {"autofocus": True, **kind.attrs}
        field.widget.attrs.pop("maxlength", None)

    @classmethod
    def of(cls, request: OriginRequest, user: User, by: Actor) -> Self:
        """The question to ``user`` as this request leaves it: new, for another kind, wrongly answered, or proven."""
        # Without any, what was there went a moment ago: the question stays, and no answer is right.
        kinds = kinds_for(user) or [AUTHENTICATOR]
        chosen = request.POST.get("method") or request.POST.get("kind")
        kind = next((kind for kind in kinds if kind.key == chosen), kinds[0])
        if "method" in request.POST:
            form = cls(kind=kind, kinds=kinds)
            form._begin(request, user, by)
        elif "kind" in request.POST:
            form = cls(request.POST, kind=kind, kinds=kinds)
            form._answer(request, user, by)
        else:
            form = cls(kind=kind, kinds=kinds)
        return form

    def _begin(self, request: OriginRequest, user: User, by: Actor) -> None:
        self.full_clean()
        if self.kind.begin:
            try:
                self.kind.begin(request, user=user, by=by)
            except Refused as refusal:
                # The form is not bound: there is nothing that was typed.
                self.cleaned_data = {}
                self.add_error(None, refusal)

    def _answer(self, request: OriginRequest, user: User, by: Actor) -> None:
        if not self.is_valid():
            return
        if not limits.use_up("second_factor", request=request):
            self.add_error("code", _("Too many answers came from your network. Wait a few minutes, then try again."))
            return
        try:
            self.proven = verify_factor(user=user, kind=self.kind, answer=self.kind.read(request), by=by)
        except Refused as refusal:
            self.add_error("code", refusal)
