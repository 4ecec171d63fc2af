"""Customers that the company knows from its own directory, and what staff import of them (text 003)."""

from typing import ClassVar, Self

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from console.ids import uuid7
from console.text import search_terms
from organizations.models import Organization

KEY_LENGTH = 100
NAME_LENGTH = 120


class Origin(models.Model):
    """A row that may come from the directory of customers.

    ``directory_key``: what the directory calls it, unique among the customer's rows of the kind; empty for what was
    made here. ``imported``: its fields as the last import gave them (JSON), which says what people changed here since:
    such a field is never overwritten (support.directory.comparing).
    """

    directory_key = models.CharField(_("key in the directory"), max_length=KEY_LENGTH, blank=True, editable=False)
    imported = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        abstract = True


class Problem(models.TextChoices):
    """Why somebody whom the directory knows did not get what it says, for staff."""

    NO_ROOM = "no-room", pgettext_lazy("directory", "is in another organization, and may be in one")
    REMOVED = "removed", pgettext_lazy("directory", "was removed from the organization by others")
    ROLE = "role", pgettext_lazy("directory", "their role is none of the policy in force")
    SECOND_FACTOR = "second-factor", pgettext_lazy("directory", "has no second factor, which the organization asks for")
    NOT_OPEN = (
        "not-open",
        pgettext_lazy("directory", "the organization takes nobody: suspended by staff, or closed"),
    )
    ENDED = "ended", pgettext_lazy("directory", "the organization was made before, and is closed for good")
    PACE = "allowance", pgettext_lazy("directory", "has made many organizations today")
    FAILED = "failed", pgettext_lazy("directory", "something went wrong; the log says what")


class Customer(models.Model):
    """A customer of the directory.

    ``data``: contacts, entitlements and tickets as last imported, by their keys, until the organization is recreated
    and from then on for comparison. ``organization``: what was recreated of it, once its administrator had signed in
    with a verified address. ``left_out``: numbers of entitlements that could not be copied then.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(_("key in the directory"), max_length=KEY_LENGTH, unique=True)
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    data = models.JSONField(default=dict, blank=True, editable=False)
    organization = models.OneToOneField(
        Organization,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="customer",
        verbose_name=_("organization"),
    )
    recreated_at = models.DateTimeField(_("recreated"), null=True, blank=True, editable=False)
    left_out = models.JSONField(_("left out"), default=list, blank=True, editable=False)
    created_at = models.DateTimeField(_("first imported"), auto_now_add=True)
    imported_at = models.DateTimeField(_("last imported"), null=True, blank=True)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints = [
            models.CheckConstraint(condition=~Q(key=""), name="customer_has_key"),
            models.CheckConstraint(condition=~Q(name=""), name="customer_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class CustomerPersonQuerySet(models.QuerySet["CustomerPerson"]):
    """Sets of people of customers."""

    def of_addresses(self, addresses: list[str]) -> Self:
        """Those with one of these addresses, however written; the caller knows that they are verified."""
        return self.annotate(lower_email=Lower("email")).filter(lower_email__in=[one.lower() for one in addresses])

    def of_user(self, user: User) -> Self:
        """Those with an address that the user has proven: one that is only claimed gets nothing (ATTACKS 1)."""
        proven = EmailAddress.objects.filter(user=user, verified=True).values(lower=Lower("email"))
        return self.annotate(lower_email=Lower("email")).filter(lower_email__in=proven)

    def not_registered(self) -> Self:
        """Those who have not come yet."""
        return self.filter(joined_at=None)

    def matching(self, term: str) -> Self:
        """Those whose name or address contains every word of ``term``; of a long one, the first ten."""
        found = self
        for word in search_terms(term):
            found = found.filter(Q(email__icontains=word) | Q(name__icontains=word))
        return found


class CustomerPerson(models.Model):
    """Somebody of a customer, as the directory knows them: an address, a name, a role (a key of the policy's roles).

    An address stands in the directory once. ``is_administrator``: whose first sign-in recreates the organization.
    ``joined_at``: when they became a member by it; ``problem``: why they did not, when they last came; ``reminded_at``,
    ``reminders``: mails that asked them to register.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="people", verbose_name=_("customer"))
    email = models.EmailField(_("e-mail address"), max_length=254)
    name = models.CharField(_("name"), max_length=NAME_LENGTH, blank=True)
    role = models.CharField(_("role"), max_length=40)
    is_administrator = models.BooleanField(_("administrator"), default=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("user")
    )
    joined_at = models.DateTimeField(_("joined"), null=True, blank=True)
    problem = models.CharField(_("problem"), max_length=13, choices=Problem, blank=True, editable=False)
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(default=0, editable=False)

    objects: ClassVar[CustomerPersonQuerySet] = CustomerPersonQuerySet.as_manager()  # type: ignore[assignment] # the stubs say Manager

    class Meta:
        verbose_name = _("person of a customer")
        verbose_name_plural = _("people of customers")
        constraints = [models.UniqueConstraint(Lower("email"), name="customer_person_address_unique")]
        indexes = [models.Index(fields=["customer", "joined_at"], name="customer_person_registered")]

    def __str__(self) -> str:
        return self.email


class DirectoryImport(models.Model):
    """A file of customers that staff have given in: first only looked at, then, as it was shown, applied.

    ``content``: the file's text, wiped once applied or refused; ``plan``: what it changes, line by line, as it was
    shown; ``digest``: of that plan: what is applied is what was seen.
    """

    class State(models.TextChoices):
        """Where it stands."""

        REFUSED = "refused", pgettext_lazy("import", "refused")
        PLANNED = "planned", pgettext_lazy("import", "looked at")
        APPLIED = "applied", pgettext_lazy("import", "applied")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("file"), max_length=200)
    state = models.CharField(_("state"), max_length=8, choices=State)
    content = models.TextField(editable=False, blank=True)
    plan = models.JSONField(default=dict, editable=False)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("given in by")
    )
    created_at = models.DateTimeField(_("given in"), auto_now_add=True)
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)

    class Meta:
        verbose_name = _("import of customers")
        verbose_name_plural = _("imports of customers")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["refused", "planned", "applied"]), name="import_state_known"),
            models.CheckConstraint(condition=Q(state="applied") ^ Q(applied_at=None), name="import_applied_at"),
        ]

    def __str__(self) -> str:
        return self.name
