"""Which policy the data was made under: another one must not read it before every role was mapped."""

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from console.ids import uuid7

# The policy of a database that is older than this table: there was no other.
FIRST = "default"


class PolicyInForceQuerySet(models.QuerySet["PolicyInForce"]):
    """The one row, or none in a database that was never migrated."""

    def key(self) -> str | None:
        """The key of the policy that the data was made under."""
        return self.values_list("policy", flat=True).first()


class PolicyInForce(models.Model):
    """The policy that roles in this database are words of. There is one row.

    Written with a new database, and then by ``manage.py change_policy`` alone.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    policy = models.CharField(_("policy"), max_length=40)
    since = models.DateTimeField(_("since"), default=timezone.now, db_default=Now())
    is_only = models.BooleanField(default=True, unique=True, editable=False)

    objects = PolicyInForceQuerySet.as_manager()

    class Meta:
        verbose_name = _("policy in force")
        verbose_name_plural = _("policy in force")
        constraints = [
            models.CheckConstraint(condition=models.Q(is_only=True), name="policy_in_force_once"),
            models.CheckConstraint(condition=~models.Q(policy=""), name="policy_in_force_named"),
        ]

    def __str__(self) -> str:
        return self.policy
