"""What a browser sends of a passkey."""

from django import forms

from accounts.factors.passkeys import ANSWER_LENGTH
from console.forms import ActionForm


class PasskeyForm(ActionForm):
    """What the script has put into the field of `accounts/passkeys/_ask.html`; without the script nothing."""

    answer = forms.CharField(required=False, max_length=ANSWER_LENGTH)
