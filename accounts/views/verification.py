"""The page that a verification mail opens. Who may verify an address, and for which account, is decided here."""

from typing import Any, cast

from allauth.account.views import ConfirmEmailView
from django.http import HttpRequest, HttpResponse

from accounts.entrance.adapter import AWAITING


class ConfirmAddress(ConfirmEmailView):
    """Verify an address for the account that asked for it, in a browser that this account was opened in.

    Holding the link is not enough: it came to whoever has the mailbox, and the account that asked may be somebody
    else's. It takes the session of the account, or a sign-up or sign-in with its password that waits for this very step
    (ATTACKS 1, 4).
    """

    def may_confirm(self, user_id: Any) -> bool:
        """Whether this browser is in the account, or half way in with its password."""
        if self.request.user.is_authenticated:
            return bool(self.request.user.pk == user_id)
        return bool(self.request.session.get(AWAITING) == str(user_id))

    def logout_other_user(self, confirmation: Any) -> None:
        """Leave whoever is signed in signed in: looking at a link changes nothing."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Verify, or say what is missing."""
        if not self.may_confirm(self.get_object().email_address.user_id):
            return cast("HttpResponse", self.get(request, *args, **kwargs))
        return cast("HttpResponse", super().post(request, *args, **kwargs))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Tell the page whether this browser may verify."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        confirmation = context["confirmation"]
        context["may_confirm"] = bool(confirmation) and self.may_confirm(confirmation.email_address.user_id)
        return context


confirm_address = ConfirmAddress.as_view()
