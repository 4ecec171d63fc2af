"""Payments: how funds come in, and how the money goes back."""

from typing import ClassVar, Self, override

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from moneyed import Money

from billing.amounts import MOST
from billing.models.account import Account
from console.ids import uuid7
from outbox.leases import LeasedQuerySet

EXTERNAL_LENGTH = 255
PROBLEM_LENGTH = 200


class Customer(models.Model):
    """What a gateway knows an account by."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="customers", verbose_name=_("account"))
    gateway = models.CharField(_("gateway"), max_length=20)
    external_id = models.CharField(_("id at the gateway"), max_length=EXTERNAL_LENGTH)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints = [
            models.UniqueConstraint(fields=["account", "gateway"], name="customer_one_at_a_gateway"),
            models.UniqueConstraint(fields=["gateway", "external_id"], name="customer_of_one_account"),
        ]

    def __str__(self) -> str:
        return self.external_id


class PaymentMethodQuerySet(LeasedQuerySet["PaymentMethod"]):
    """Sets of payment methods."""

    def kept(self) -> Self:
        """Those that were not removed, the default first."""
        return self.filter(removed_at=None).order_by("-is_default", "-id")

    def usable(self) -> Self:
        """Of those, the ones of the present gateway: what the sandbox keeps is no money."""
        return self.kept().filter(gateway=settings.PAYMENT_GATEWAY)

    @override
    def due(self) -> Self:
        """Those removed here of which the gateway is to be told now."""
        return super().due().filter(removed_at__isnull=False, forgotten_at=None)


class PaymentMethod(models.Model):
    """A card that the gateway keeps for an account; here is what people know it by.

    One that was removed is used no more; a worker has the gateway forget it (``due_at``, ``claimed_until``,
    ``attempts``: outbox.leases) until it has (``forgotten_at``). ``told_at``: when it was told that it expires.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="methods", verbose_name=_("account"))
    gateway = models.CharField(_("gateway"), max_length=20)
    external_id = models.CharField(_("id at the gateway"), max_length=EXTERNAL_LENGTH)
    brand = models.CharField(_("brand"), max_length=40)
    last4 = models.CharField(_("last digits"), max_length=4)
    expires_year = models.PositiveSmallIntegerField(_("year of expiry"), null=True)
    expires_month = models.PositiveSmallIntegerField(_("month of expiry"), null=True)
    is_default = models.BooleanField(_("default"), default=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)
    removed_at = models.DateTimeField(_("removed"), null=True, editable=False)
    told_at = models.DateTimeField(null=True, editable=False)
    forgotten_at = models.DateTimeField(_("forgotten at the gateway"), null=True, editable=False)
    due_at = models.DateTimeField(default=timezone.now)
    claimed_until = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveIntegerField(default=0)

    objects: ClassVar[PaymentMethodQuerySet] = PaymentMethodQuerySet.as_manager()  # type: ignore[assignment] # as below

    class Meta:
        verbose_name = _("payment method")
        verbose_name_plural = _("payment methods")
        constraints = [
            models.UniqueConstraint(fields=["gateway", "external_id"], name="method_of_one_account"),
            models.UniqueConstraint(fields=["account"], condition=Q(is_default=True), name="method_one_is_default"),
            models.CheckConstraint(condition=Q(removed_at=None) | Q(is_default=False), name="method_removed_is_none"),
            models.CheckConstraint(
                condition=Q(forgotten_at=None) | Q(removed_at__isnull=False), name="method_forgotten_is_removed"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(removed_at__isnull=False, forgotten_at=None), name="method_to_forget"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.brand} •••• {self.last4}"


class PaymentQuerySet(LeasedQuerySet["Payment"]):
    """Sets of payments."""

    def open(self) -> Self:
        """Those of which the end is not known."""
        return self.filter(state__in=OPEN)

    @override
    def due(self) -> Self:
        """Those open ones after which the gateway is to be asked now."""
        return super().due().filter(state__in=OPEN)


class Payment(models.Model):
    """Money that somebody means to pay in. Its id is the idempotency key: the gateway takes it once.

    Amounts in the smallest unit. ``state``: see below; from an open one a worker finds out what became of it
    (``due_at``, ``claimed_until``, ``attempts``: outbox.leases). ``next_address``: where the person goes on, at the
    gateway. ``refunded`` and ``disputed``: how much of it went back. ``problem``: why it failed, or what somebody of
    the staff should look at: a sentence in English that names nobody. ``method_name``: the card, as people know it.
    """

    class State(models.TextChoices):
        """Where a payment stands."""

        # Written down; whether the gateway knows of it is not known: "we are checking".
        STARTED = "started", pgettext_lazy("payment", "being checked")
        # The person is to do something at the gateway.
        WAITING = "waiting", pgettext_lazy("payment", "waiting for you")
        # The gateway, or a bank, takes its time.
        PROCESSING = "processing", pgettext_lazy("payment", "processing")
        PAID = "paid", pgettext_lazy("payment", "paid")
        FAILED = "failed", pgettext_lazy("payment", "failed")
        # Nobody went on with it, or they went back.
        ABANDONED = "abandoned", pgettext_lazy("payment", "not completed")
        # What the gateway says does not fit: nothing was credited, and staff look at it.
        ODD = "odd", pgettext_lazy("payment", "being looked at")

    class Purpose(models.TextChoices):
        """Who began it."""

        TOP_UP = "top_up", pgettext_lazy("payment", "payment")
        REFILL = "refill", pgettext_lazy("payment", "automatic payment")
        # Nothing is paid: a card is kept.
        SETUP = "setup", pgettext_lazy("payment", "card kept")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="payments", verbose_name=_("account"))
    purpose = models.CharField(_("purpose"), max_length=6, choices=Purpose, default=Purpose.TOP_UP)
    amount = models.BigIntegerField(_("amount"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.STARTED)
    gateway = models.CharField(_("gateway"), max_length=20)
    external_id = models.CharField(_("id at the gateway"), max_length=EXTERNAL_LENGTH, blank=True)
    method = models.ForeignKey(
        PaymentMethod, models.SET_NULL, null=True, blank=True, related_name="payments", verbose_name=_("method")
    )
    method_name = models.CharField(_("paid with"), max_length=60, blank=True)
    keeps_method = models.BooleanField(_("keeps the card"), default=False)
    next_address = models.URLField(max_length=2000, blank=True, editable=False)
    refunded = models.BigIntegerField(_("refunded"), default=0, editable=False)
    disputed = models.BigIntegerField(_("disputed"), default=0, editable=False)
    problem = models.CharField(_("problem"), max_length=PROBLEM_LENGTH, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    settled_at = models.DateTimeField(_("settled"), null=True, editable=False)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    claimed_until = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)

    objects: ClassVar[PaymentQuerySet] = PaymentQuerySet.as_manager()  # type: ignore[assignment] # the stubs say Manager

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "external_id"], condition=~Q(external_id=""), name="payment_of_one_account"
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(purpose="refill", state__in=["started", "waiting", "processing"]),
                name="payment_one_refill_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(purpose="setup", amount=0) | (~Q(purpose="setup") & Q(amount__gt=0, amount__lte=MOST)),
                name="payment_pays_something",
            ),
            models.CheckConstraint(
                condition=Q(refunded__gte=0, disputed__gte=0) & Q(amount__gte=F("refunded") + F("disputed")),
                name="payment_goes_back_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["started", "waiting", "processing"]) ^ Q(settled_at__isnull=False),
                name="payment_settled_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state="paid") | Q(refunded=0, disputed=0), name="payment_only_paid_goes_back"
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="payment_by_account"),
            models.Index(
                fields=["due_at"], condition=Q(state__in=["started", "waiting", "processing"]), name="payment_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.money}"

    @property
    def money(self) -> Money:
        """How much."""
        return self.account.money(self.amount)

    @property
    def is_open(self) -> bool:
        """Whether its end is not known."""
        return self.state in OPEN

    @property
    def why(self) -> str:
        """Why it failed, or what is odd about it, in the reader's language."""
        return gettext(self.problem) if self.problem else ""

    @property
    def is_refill(self) -> bool:
        """Whether nobody asked for it: the funds were topped up by themselves."""
        return self.purpose == self.Purpose.REFILL

    @property
    def returnable(self) -> int:
        """What of it can still go back, in the smallest unit."""
        return self.amount - self.refunded - self.disputed if self.state == self.State.PAID else 0


OPEN = frozenset({Payment.State.STARTED, Payment.State.WAITING, Payment.State.PROCESSING})


class RefundQuerySet(LeasedQuerySet["Refund"]):
    """Sets of refunds."""

    @override
    def due(self) -> Self:
        """Those open ones after which the gateway is to be asked now."""
        return super().due().filter(state=Refund.State.STARTED)


class Refund(models.Model):
    """Money of a payment that goes back to the card: out of the funds when it is asked for, back in if it fails."""

    class State(models.TextChoices):
        """Where a refund stands."""

        STARTED = "started", pgettext_lazy("refund", "under way")
        DONE = "done", pgettext_lazy("refund", "done")
        FAILED = "failed", pgettext_lazy("refund", "failed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds", verbose_name=_("payment"))
    amount = models.BigIntegerField(_("amount"))
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.STARTED)
    external_id = models.CharField(_("id at the gateway"), max_length=EXTERNAL_LENGTH, blank=True)
    note = models.CharField(_("why"), max_length=200)
    problem = models.CharField(_("problem"), max_length=PROBLEM_LENGTH, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    settled_at = models.DateTimeField(_("settled"), null=True, editable=False)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    claimed_until = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)

    objects: ClassVar[RefundQuerySet] = RefundQuerySet.as_manager()  # type: ignore[assignment] # the stubs say Manager

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_gives_something"),
            models.CheckConstraint(condition=Q(state="started") ^ Q(settled_at__isnull=False), name="refund_ends"),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(state="started"), name="refund_due")]

    def __str__(self) -> str:
        return str(self.payment.account.money(self.amount))
