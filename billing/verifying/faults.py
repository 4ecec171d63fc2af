"""What is found when something does not fit, and of whose rows that is."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Model, QuerySet


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Something of an account (None: of no single one) that does not fit; ``where``: which row; ``what``: in words.

    Amounts in it are in the smallest unit, as the rows have them.
    """

    account_id: UUID | None
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.account_id or 'all accounts'}, {self.where}: {self.what}"


def of[M: Model](rows: QuerySet[M], account_id: UUID | None, path: str = "account") -> QuerySet[M]:
    """Those rows that are of an account, which ``path`` leads to; of None: all."""
    return rows.filter(**{path: account_id}) if account_id else rows
