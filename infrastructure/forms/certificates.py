"""What somebody hands in to be a certificate: pasted or uploaded PEM, or a PKCS #12 file.

The certificate and the chain come back as they were typed where something is wrong. The key and the passwords never do:
they are on no page, whatever happens.
"""

from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from console.forms import ActionForm
from console.refusal import Refused
from infrastructure.material import LONGEST_BUNDLE, LONGEST_PEM, Material, read_pem, read_pkcs12
from infrastructure.models import Certificate
from infrastructure.models.certificate import NAME_LENGTH
from organizations.models import Domain

type Text = str | Promise

# What `sensitive_post_parameters` hides of these forms.
SECRETS = ("key", "password", "carried")
PASTED = {"rows": 6, "spellcheck": "false", "autocomplete": "off"}


class Pasted(forms.Textarea):
    """A field of lines that keeps what was typed, unless a private key is among it, which belongs elsewhere."""

    def format_value(self, value: Any) -> str | None:
        """What was typed."""
        return "" if value and "PRIVATE KEY" in str(value) else super().format_value(value)


class KeptOut(forms.Textarea):
    """A field of lines whose value no page shows again."""

    def format_value(self, value: Any) -> str:
        """Nothing, whatever was typed."""
        return ""


class PemField(forms.CharField):
    """What is needed, as text or as the file beside it: the form as a whole says that there is neither."""

    def validate(self, value: str) -> None:
        """Nothing is wrong with an empty one by itself."""


class MaterialForm(ActionForm):
    """What is read as a `Material`, once the form is valid; the action gets it as ``material``."""

    @sensitive_variables()
    def clean(self) -> dict[str, Any]:
        """Read it; what is wrong is said at the field that it is about."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        try:
            self.material = self.read()
        except Refused as refusal:
            self.show(refusal)
        return cleaned

    def read(self) -> Material:
        """What was handed in. Raises Refused."""
        raise NotImplementedError

    def arguments(self) -> dict[str, Any]:
        """What the action takes; what was typed goes no further."""
        named = {"name": self.cleaned_data["name"]} if "name" in self.fields else {}
        return {"material": self.material, **named}


class PemForm(MaterialForm):
    """A certificate, its chain and its key as PEM: each pasted, or from a file, which counts where there are both."""

    # No browser asks for the text where there is a file.
    use_required_attribute = False

    certificate = PemField(
        label=gettext_lazy("Certificate"),
        strip=False,
        help_text=gettext_lazy("It begins with -----BEGIN CERTIFICATE-----. Its chain may follow it here."),
        widget=Pasted(attrs=PASTED),
    )
    certificate_file = forms.FileField(label=gettext_lazy("Or the file of the certificate"), required=False)
    chain = forms.CharField(
        label=gettext_lazy("Chain"),
        required=False,
        strip=False,
        help_text=gettext_lazy(
            "The certificates that lead from yours to an authority that browsers know. The order does not matter."
            " Leave it empty where they stand in the field above."
        ),
        widget=Pasted(attrs=PASTED),
    )
    chain_file = forms.FileField(label=gettext_lazy("Or the file of the chain"), required=False)
    key = PemField(
        label=gettext_lazy("Private key"),
        strip=False,
        help_text=gettext_lazy(
            "We keep it encrypted, and nobody sees it again. If something is wrong, paste it once more: it does not"
            " come back to this page."
        ),
        widget=KeptOut(attrs=PASTED),
    )
    key_file = forms.FileField(label=gettext_lazy("Or the file of the key"), required=False)
    password = forms.CharField(
        label=gettext_lazy("Password of the key"),
        required=False,
        strip=False,
        max_length=1000,
        help_text=gettext_lazy("Only for a key that is encrypted. We use it once, and do not keep it."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    @sensitive_variables()
    def read(self) -> Material:
        """All of it, the file of each where there is one. Raises Refused."""
        return read_pem(
            self._given("certificate"), self._given("chain"), self._given("key"), self.cleaned_data["password"]
        )

    @sensitive_variables()
    def _given(self, name: str) -> bytes:
        file: UploadedFile[Any] | None = self.cleaned_data[f"{name}_file"]
        if file is None:
            return str(self.cleaned_data[name]).encode()
        return content_of(file, LONGEST_PEM, f"{name}_file")


class BundleForm(MaterialForm):
    """A PKCS #12 file with its password."""

    bundle = forms.FileField(
        label=gettext_lazy("PKCS #12 file"),
        help_text=gettext_lazy("It ends with .p12 or .pfx, and holds the certificate, the chain and the key."),
        widget=forms.FileInput(attrs={"accept": ".p12,.pfx,application/x-pkcs12"}),
        allow_empty_file=True,
    )
    password = forms.CharField(
        label=gettext_lazy("Password of the file"),
        required=False,
        strip=False,
        max_length=1000,
        help_text=gettext_lazy("We use it once, and do not keep it. If something is wrong, type it again."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    @sensitive_variables()
    def read(self) -> Material:
        """What the file holds. Raises Refused."""
        data = content_of(self.cleaned_data["bundle"], LONGEST_BUNDLE, "bundle")
        return read_pkcs12(data, self.cleaned_data["password"])


class _NameField(forms.CharField):
    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Name"),
            required=False,
            max_length=NAME_LENGTH,
            help_text=gettext_lazy("What you call it. Left empty, the first domain name that it is for."),
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )


class NewPemForm(PemForm):
    """A new certificate, as PEM."""

    name = _NameField()
    field_order = ("name",)


class NewBundleForm(BundleForm):
    """A new certificate, as a PKCS #12 file."""

    name = _NameField()
    field_order = ("name",)


class UsesForm(ActionForm):
    """Which domains use a certificate, of those that it covers."""

    def __init__(
        self, *args: Any, certificate: Certificate, domains: list[Domain], others: dict[Any, str], **kwargs: Any
    ) -> None:
        """``domains``: those that can be chosen; ``others``: by id, the name of another certificate that one uses."""
        super().__init__(*args, **kwargs)
        self.choices = [(str(domain.pk), _labelled(domain, others.get(domain.pk))) for domain in domains]
        field = self.fields["domains"] = forms.MultipleChoiceField(
            label=_("Domains"), required=False, widget=forms.CheckboxSelectMultiple, choices=self.choices
        )
        used = set(certificate.uses.values_list("domain_id", flat=True))
        self.initial["domains"] = [str(domain.pk) for domain in domains if domain.pk in used]
        field.error_messages["invalid_choice"] = _(
            "One of these domains is not proven any more, or not covered. Look at the list, and choose again."
        )

    def arguments(self) -> dict[str, Any]:
        """The ids of the domains."""
        return {"domains": [UUID(pk) for pk in self.cleaned_data["domains"]]}


def _labelled(domain: Domain, other: str | None) -> str:
    if other is None:
        return domain.name
    return _("%(domain)s (uses %(certificate)s now, and moves here)") % {"domain": domain.name, "certificate": other}


def content_of(file: UploadedFile[Any], most: int, field: str) -> bytes:
    """What is in a file that is not too long: a long one is not even read. Raises Refused."""
    if (file.size or 0) > most:
        sentence = _("This file is too long: %d KB are the most.") % (most // 1024)
        raise Refused(sentence, code="too-long", field=field)
    content: bytes = file.read()
    return content
