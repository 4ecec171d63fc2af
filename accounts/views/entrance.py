"""Signing in and up: allauth's pages, with the providers that this deployment offers."""

from typing import Any

from allauth.account.views import LoginView, SignupView

from accounts.providers import offered


class SignIn(LoginView):
    """Sign in."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Name the providers."""
        return {**super().get_context_data(**kwargs), "providers": offered()}


class SignUp(SignupView):
    """Sign up."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Name the providers."""
        return {**super().get_context_data(**kwargs), "providers": offered()}
