"""What slows down the guessing of second factors."""

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Wrong answers in a row that cost nothing: people mistype.
FREE = 2
# The pause after the next one; each further one doubles it, up to the longest. So an attacker who knows the password
# gets 24 guesses a day, of three codes in a million.
SHORTEST, LONGEST = timedelta(seconds=5), timedelta(hours=1)
# Wrong answers in a row after which the person hears of it, and how long until they hear of it again.
ALARMING = 5
QUIET = timedelta(days=1)


class FactorGuard(models.Model):
    """How often in a row a user's second factor was answered wrongly, and until when no answer is taken.

    In the database and not in the cache: emptying that must not give guesses back (ATTACKS 11, 13; ASVS 6.3.1, 6.6.3).
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="factor_guard")
    failures = models.PositiveIntegerField(_("wrong answers in a row"), default=0)
    paused_until = models.DateTimeField(_("paused until"), null=True)
    warned_at = models.DateTimeField(_("warned"), null=True)

    objects: ClassVar[models.Manager["FactorGuard"]] = models.Manager()

    class Meta:
        verbose_name = _("guard of second factors")
        verbose_name_plural = _("guards of second factors")

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def pause(self) -> timedelta:
        """How long no answer is taken from now on."""
        if self.paused_until is None:
            return timedelta(0)
        return max(self.paused_until - timezone.now(), timedelta(0))

    def count_failure(self) -> bool:
        """Count a wrong answer and begin its pause; whether the person is to be warned."""
        now = timezone.now()
        self.failures += 1
        if self.failures > FREE:
            # The exponent is bounded: a number of any size would not be a time.
            self.paused_until = now + min(SHORTEST * 2 ** min(self.failures - FREE - 1, 20), LONGEST)
        is_alarming = self.failures >= ALARMING and (self.warned_at is None or now - self.warned_at >= QUIET)
        if is_alarming:
            self.warned_at = now
        self.save()
        return is_alarming

    def forget_failures(self) -> None:
        """Begin anew: an answer was right."""
        if self.failures:
            self.failures, self.paused_until, self.warned_at = 0, None, None
            self.save()
