"""The numbers of invoices and credit notes: one sequence a year, without gaps."""

from billing.models import Sequence


def next_number(year: int) -> tuple[str, int]:
    """The next number of a year, and its position, for an invoice that the same transaction writes.

    Until that is over everybody else who wants one waits (Directive 2006/112/EC, article 226, point 2); the database
    gives no further one before an invoice has this one.
    """
    Sequence.objects.bulk_create([Sequence(year=year)], ignore_conflicts=True)
    sequence = Sequence.objects.select_for_update().get(year=year)
    sequence.last += 1
    sequence.save(update_fields=["last"])
    return f"{year}-{sequence.last:06}", sequence.last
