"""A plan in words, as the page of an import and the command show it."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from support.directory.comparing import What
from support.directory.rows import Kind

# What becomes of something, in the order in which people want to know it.
WORDS: Final = {
    What.NEW: pgettext_lazy("import", "new"),
    What.CHANGED: pgettext_lazy("import", "changed"),
    What.KEPT: pgettext_lazy("import", "stays as it is here"),
    What.REMOVED: pgettext_lazy("import", "removed here, stays away"),
    What.GONE: pgettext_lazy("import", "no longer in the file, stays"),
    What.FORGOTTEN: pgettext_lazy("import", "no longer in the file, is forgotten"),
    What.MOVED: pgettext_lazy("import", "now at another customer"),
    What.HEADLESS: pgettext_lazy("import", "has no administrator: nobody's sign-in makes its organization"),
}
# The fields that a line may name.
FIELDS: Final = {
    "name": gettext_lazy("name"),
    "role": gettext_lazy("role"),
    "administrator": gettext_lazy("administrator"),
    "people": gettext_lazy("people"),
    "contacts": gettext_lazy("contacts"),
    "entitlements": gettext_lazy("entitlements"),
    "tickets": gettext_lazy("tickets"),
    "messages": gettext_lazy("messages"),
    "side": gettext_lazy("whose"),
    "duty": gettext_lazy("for what"),
    "email": gettext_lazy("e-mail address"),
    "phone": gettext_lazy("phone"),
    "number": gettext_lazy("number"),
    "tier": gettext_lazy("tier"),
    "units": gettext_lazy("units"),
    "unit": gettext_lazy("unit"),
    "level": gettext_lazy("level"),
    "starts_on": gettext_lazy("from"),
    "ends_on": gettext_lazy("until"),
    "families": gettext_lazy("product families"),
    "title": gettext_lazy("title"),
    "product": gettext_lazy("product"),
    "priority": gettext_lazy("priority"),
    "state": gettext_lazy("state"),
    "raised_by": gettext_lazy("raised by"),
    "created_at": gettext_lazy("raised"),
}


class Told:
    """A plan as `DirectoryImport.plan` keeps it, in the reader's language."""

    def __init__(self, plan: Mapping[str, Any]) -> None:
        self._plan = plan

    @property
    def counts(self) -> list[tuple[Any, str]]:
        """What becomes of how many: (*new*, *customer 2, person 5*)."""
        counts = self._plan.get("counts", {})
        return [
            (words, ", ".join(f"{Kind(kind).label} {number}" for kind, number in counts[what].items()))
            for what, words in WORDS.items()
            if what in counts
        ]

    def customer(self, customer: Mapping[str, Any]) -> dict[str, Any]:
        """A customer with its lines, each as what becomes of it, the kind, the key, and the fields in a sentence."""
        lines = [
            {
                "what": line["what"],
                "words": WORDS[What(line["what"])],
                "kind": Kind(line["kind"]).label,
                "key": line["key"],
                "fields": "; ".join(_field(name, *values) for name, values in line["fields"].items()),
            }
            for line in customer["lines"]
        ]
        return {"key": customer["key"], "name": customer["name"], "lines": lines}

    def text(self) -> Iterator[str]:
        """All of it, line by line, for a terminal."""
        for problem in self._plan.get("problems", ()):
            yield f"{problem['where']}: {problem['sentence']}" if problem["where"] else problem["sentence"]
        for customer in self._plan.get("customers", ()):
            said = self.customer(customer)
            yield f"{said['name']} ({said['key']})"
            for line in said["lines"]:
                fields = f": {line['fields']}" if line["fields"] else ""
                yield f"  {line['words']}: {line['kind']} {line['key']}{fields}"
        for words, kinds in self.counts:
            yield f"{words}: {kinds}"


def _field(name: str, before: Any, after: Any) -> str:
    label = str(FIELDS.get(name, name))
    if before is None:
        return f"{label} {_value(after)}"
    return f"{label} {_value(before)} → {_value(after)}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(str(one) for one in value) or "-"
    return "-" if value in ("", None) else str(value)
