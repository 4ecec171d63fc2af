"""The user: one person, who signs in with an e-mail address."""

from typing import Any, ClassVar, Literal

from allauth.account.models import EmailAddress
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from accounts import signals
from console.ids import uuid7
from console.text import one_line

# What others see of a person, and keep copies of.
SHOWN = frozenset({"first_name", "last_name", "email"})

type Standing = Literal["verified", "unverified", "other"]


def full_name(first: str | None, last: str | None) -> str:
    """First and last name on one line, without marks that turn the text around them; empty while there is none."""
    return one_line(f"{first or ''} {last or ''}")


def clean_address(email: str) -> str:
    """An e-mail address as it is stored and compared: in small letters, and in ASCII.

    Others look like an ASCII one, or reach its mailbox by another spelling; a domain of other letters has its
    `xn--` form. Raises ValidationError.
    """
    email = email.strip()
    if not email.isascii():
        raise ValidationError(_("Enter an e-mail address such as name@example.com."), code="invalid")
    validate_email(email)
    return email.lower()


class UserManager(BaseUserManager["User"]):
    """Makes users outside of the sign-up page, and finds them."""

    def owning(self, email: str) -> "models.QuerySet[User]":
        """Who owns the address: it is their primary one, or verified. Adding it to an account is not enough."""
        verified = EmailAddress.objects.filter(email=email.lower(), verified=True).values("user")
        return self.filter(models.Q(email=email.lower()) | models.Q(pk__in=verified))

    def owner_of(self, email: str) -> "User | None":
        """The one whom the address signs in: who has verified it, else whose primary one it is."""
        # Both may be there, of whom one has only signed up with it; in one query, whatever there is (ATTACKS 9).
        verified = EmailAddress.objects.filter(user=models.OuterRef("pk"), email=email.lower(), verified=True)
        return self.owning(email).annotate(is_verified=models.Exists(verified)).order_by("-is_verified").first()

    def create_user(self, email: str, password: str | None = None, *, verified: bool = False, **fields: Any) -> "User":
        """A user with that primary address; ``verified`` only where somebody vouches for it (the demo, a command)."""
        with transaction.atomic():
            user = self.model(email=email.lower(), **fields)
            user.set_password(password)
            user.save(using=self._db)
            EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=verified)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A member of staff who may do everything in the admin; whoever runs the command vouches for the address."""
        return self.create_user(email, password, verified=True, is_staff=True, is_superuser=True, **fields)


class Salutation(models.TextChoices):
    """How a letter addresses somebody (text 002, section 1.1); empty is none."""

    MR = "mr", _("Mr")
    MS = "ms", _("Ms")


class JobRole(models.TextChoices):
    """What somebody does for a living (text 002, section 1.1). It grants nothing."""

    DEVELOPER = "developer", _("Developer")
    DATA = "data", _("Data engineer or scientist")
    OPERATIONS = "operations", _("Operations or platform engineer")
    SECURITY = "security", _("Security engineer")
    ADMINISTRATOR = "administrator", _("IT administrator")
    PRODUCT = "product", _("Product or project manager")
    DESIGN = "design", _("Designer")
    FINANCE = "finance", _("Finance or purchasing")
    MANAGEMENT = "management", _("Founder or executive")
    EDUCATION = "education", _("Student or teacher")
    OTHER = "other", _("Something else")


class User(AbstractBaseUser, PermissionsMixin):
    """One person. ``email`` is the primary address and the name to sign in with; allauth keeps all addresses."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    first_name = models.CharField(_("first name"), max_length=80, blank=True)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    phone = PhoneNumberField(_("phone number"), blank=True)
    salutation = models.CharField(_("salutation"), max_length=2, choices=Salutation, blank=True)
    job_role = models.CharField(_("job role"), max_length=13, choices=JobRole, blank=True)
    # The name of its files (accounts.pictures); none: initials.
    picture = models.UUIDField(_("picture"), null=True, editable=False)
    # Empty: as the browser asks.
    language = models.CharField(_("language"), max_length=7, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("staff"), default=False, help_text=_("May enter the admin."))
    date_joined = models.DateTimeField(_("signed up"), default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique_in_any_case",
                violation_error_message=_("There is an account with this address already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """First and last name, or the address while there is none."""
        return self.get_full_name() or self.email

    @property
    def awaiting(self) -> int:
        """How many notifications await whoever is signed in: counted as their session is opened, 0 for others."""
        return getattr(self, "notifications_awaiting", 0)

    def get_full_name(self) -> str:
        """First and last name, without marks that would turn the text around it."""
        return full_name(self.first_name, self.last_name)

    def get_short_name(self) -> str:
        """What a mail greets the person with."""
        return one_line(self.first_name) or self.email

    def verified_addresses(self) -> models.QuerySet[EmailAddress, str]:
        """The addresses that the user has proven, in small letters."""
        verified: models.QuerySet[EmailAddress, str] = EmailAddress.objects.filter(user=self, verified=True)
        return verified.values_list("email", flat=True)

    def owns(self, email: str) -> bool:
        """Whether the address is the user's primary one, or a verified one."""
        # As `owning`, without a query for the primary address: a reset must take as long for every address.
        return self.email == email.lower() or self.standing_of(email) == "verified"

    def standing_of(self, email: str) -> Standing:
        """Whether ``email`` is a verified address of the user, an unverified one, or none of theirs."""
        # Exactly: in any case, PostgreSQL takes a dotless i for an i.
        address = EmailAddress.objects.filter(user=self, email=email.lower()).first()
        if address is None:
            return "other"
        return "verified" if address.verified else "unverified"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; tell the other apps of a new user, or of a changed name or address, in the same transaction."""
        self.first_name, self.last_name = one_line(self.first_name, 80), one_line(self.last_name, 80)
        adding, fields = self._state.adding, kwargs.get("update_fields")
        with transaction.atomic():
            super().save(*args, **kwargs)
            if adding:
                signals.created.send(sender=type(self), user=self)
            elif fields is None or SHOWN.intersection(fields):
                signals.profile_changed.send(sender=type(self), user=self)
