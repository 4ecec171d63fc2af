"""The forms of storage engines, by kind. A secret that was typed is not shown again, and not lost either.

While a form comes back (a test, something to be put right), the secret travels in it: sealed, for the same person in
the same session and organization, for half an hour.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final, override

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from console.forms import ActionForm
from console.refusal import Refused
from console.sealing import Unreadable, seal, unseal
from console.versions import VersionedForm
from infrastructure.actions.engines import check_secret, values_of
from infrastructure.connecting.configs import HIGHEST_PORT, LONGEST, PEM_LENGTH, SECRET_LENGTH, clean_config
from infrastructure.connecting.postgresql import DISABLE, REQUIRE, VERIFY_FULL
from infrastructure.models import StorageEngine
from infrastructure.models.engine import NAME_LENGTH, Kind

KEPT_FOR: Final = timedelta(minutes=30)
# Of a sealed secret: four thirds of it, and what seals it.
_SEALED_LENGTH: Final = 8 * SECRET_LENGTH

TLS: Final = [
    (VERIFY_FULL, _("Encrypted, and the certificate must prove who the server is")),
    (REQUIRE, _("Encrypted, whoever the server is")),
    (DISABLE, _("Not encrypted: only inside of networks that our operator has named")),
]
_PLAIN: Final[dict[str, Any]] = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}


def _text(label: Any, most: int = LONGEST, **options: Any) -> forms.CharField:
    example = options.pop("example", "")
    widget = forms.TextInput(attrs=_PLAIN | ({"placeholder": example} if example else {}))
    return forms.CharField(label=label, max_length=most, widget=widget, **options)


def _secret(label: Any) -> forms.CharField:
    # New to every password manager: it is nobody's way in here.
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, max_length=SECRET_LENGTH, strip=False, required=False, widget=widget)


def _postgresql() -> dict[str, forms.Field]:
    return {
        "host": _text(_("Host"), example="db.example.com"),
        "port": forms.IntegerField(label=_("Port"), min_value=1, max_value=HIGHEST_PORT),
        "database": _text(_("Database"), help_text=_("Each project makes a schema of its own in it.")),
        "user": _text(_("User"), help_text=_("It needs the right to create schemas: GRANT CREATE ON DATABASE.")),
        "secret": _secret(_("Password")),
        "tls": forms.ChoiceField(label=_("Encryption"), choices=TLS, widget=forms.RadioSelect),
        "authority": forms.CharField(
            label=_("Own authority"),
            required=False,
            max_length=PEM_LENGTH,
            widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off"}),
            help_text=_(
                "The certificate in PEM, if the one of your server was not issued by an authority that browsers know."
            ),
        ),
    }


def _s3() -> dict[str, forms.Field]:
    return {
        "endpoint": _text(_("Endpoint"), example="https://s3.eu-west-1.amazonaws.com"),
        "region": _text(_("Region"), 60),
        "bucket": _text(
            _("Bucket"),
            63,
            help_text=_("Each check writes a small object below .console-check/ in it, reads and deletes it."),
        ),
        "access_key_id": _text(_("Access key id"), 128),
        "secret": _secret(_("Secret access key")),
        "path_style": forms.BooleanField(
            label=_("The bucket stands in the path"),
            required=False,
            help_text=_(
                "Choose it for MinIO, Ceph and other storage of your own, where the host's name has no bucket in it."
            ),
        ),
    }


FIELDS: Final[Mapping[str, Callable[[], dict[str, forms.Field]]]] = {Kind.POSTGRESQL: _postgresql, Kind.S3: _s3}
BEGINNINGS: Final[Mapping[str, Mapping[str, Any]]] = {
    Kind.POSTGRESQL: {"port": 5432, "tls": VERIFY_FULL},
    Kind.S3: {"region": "us-east-1"},
}


class EngineForm(VersionedForm):
    """What an engine is called, where it is, and how it is entered: a new one, or an ``engine`` that is there.

    ``bound_to``: what the secret of a form that comes back is sealed for: person, session, organization.
    """

    name = forms.CharField(
        label=pgettext_lazy("storage engine", "Name"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("How people find it when they choose one for a project."),
    )
    kept = forms.CharField(required=False, max_length=_SEALED_LENGTH, widget=forms.HiddenInput(attrs={"id": False}))

    def __init__(
        self, *args: Any, kind: str, bound_to: str, engine: StorageEngine | None = None, **kwargs: Any
    ) -> None:
        self.engine, self.kind = engine, kind
        self._purpose = f"infrastructure.engine form {kind} {bound_to}"
        super().__init__(*args, initial=values_of(engine) if engine else dict(BEGINNINGS[kind]), **kwargs)
        self._config_names = [name for name in FIELDS[kind]() if name != "secret"]
        self.fields.update(FIELDS[kind]())
        self.fields["secret"].required = engine is None and not self.data.get(self.add_prefix("kept"))
        if engine:
            self.fields["secret"].help_text = _("Leave it empty to keep the one that there is.")

    @override
    def clean(self) -> dict[str, Any]:
        """Put the configuration together, and find the secret: as it was typed, or kept from before."""
        cleaned = super().clean() or self.cleaned_data
        cleaned["secret"] = cleaned.get("secret") or self._kept()
        if not self.errors:
            try:
                cleaned["config"] = clean_config(self.kind, {name: cleaned[name] for name in self._config_names})
                if self.engine:
                    check_secret(self.engine, cleaned["config"], cleaned["secret"])
            except Refused as refusal:
                self.show(refusal)
        return cleaned

    @override
    def arguments(self) -> dict[str, Any]:
        """The name, the configuration, the secret; of one that is there, what the form was opened with."""
        cleaned = self.cleaned_data
        given = {name: cleaned[name] for name in ("name", "config", "secret")}
        return {**given, "seen": cleaned["seen"]} if self.engine else {**given, "kind": self.kind}

    @property
    def config(self) -> dict[str, Any]:
        """What was typed, as it would be kept; of a valid form."""
        config: dict[str, Any] = self.cleaned_data["config"]
        return config

    @property
    def secret_to_try(self) -> str:
        """What a test of a valid form uses: what was typed, or the stored one, which `clean` lets stay only there."""
        return self.cleaned_data["secret"] or (self.engine.secret if self.engine else "")

    def keep_secret(self) -> None:
        """Let what was typed come back with the form, sealed: a password field is sent to nobody."""
        secret = getattr(self, "cleaned_data", {}).get("secret") or ""
        if not secret or "secret" in self.errors:
            return
        assert isinstance(self.data, QueryDict)  # noqa: S101 -- for the type checker: what was posted
        data = self.data.copy()
        data[self.add_prefix("kept")] = seal(secret, purpose=self._purpose)
        self.data = data
        self.fields["secret"].required = False
        self["secret"].help_text = gettext("We have kept what you typed for half an hour. Type here only to change it.")

    def _kept(self) -> str:
        sealed = self.cleaned_data.get("kept") or ""
        if not sealed:
            return ""
        try:
            return unseal(sealed, purpose=self._purpose, within=KEPT_FOR)
        except Unreadable:
            self.add_error(
                "secret", forms.ValidationError(gettext("That was too long ago. Type it again."), code="kept")
            )
            return ""


class EngineChoice(ActionForm):
    """The engine of a project: one of the organization's, or none of its own, and so the ``default``, by its name."""

    engine = forms.ChoiceField(label=_("Storage engine"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, engines: Mapping[str, str], default: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["engine"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- for the type checker
        field.choices = [("", gettext("The organization's default: %s") % default), *engines.items()]
        field.error_messages["invalid_choice"] = gettext("Somebody has removed this storage engine meanwhile.")
