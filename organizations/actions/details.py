"""Who an organization is on paper: company, address and VAT number, which its bills bear (text 004)."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from audit.recording import audited, record
from console.refusal import Refused
from console.text import one_line
from console.versions import Marks, check_unchanged
from organizations.actions.locking import lock
from organizations.actors import Actor
from organizations.addresses import check_address, is_country
from organizations.models import Details, Organization
from organizations.models.details import COMPANY_LENGTH, FIELDS, PART_LENGTH, STREET_LENGTH
from organizations.roles import Permission
from organizations.vat import clean_vat_number

# Who edits the settings, and who edits what is billed.
EDITORS = (Permission.EDIT_SETTINGS, Permission.EDIT_BILLING_DETAILS)


@audited("details.edited")
def edit_details(
    *,
    organization: Organization,
    company: str,
    country: str,
    address: Mapping[str, str],
    vat_number: str = "",
    seen: Marks | None = None,
    by: Actor,
) -> Details:
    """Write down company, address and VAT number of an organization, or of a personal account without a company.

    ``country``: a code of ISO 3166-1; ``address``: by the names of `addresses.PARTS`; ``seen``: what the form was
    opened with (`console.versions`). Raises Refused, at the field of the first thing that is wrong.
    """
    organization, by = lock(organization.pk, by)
    _check_editor(organization, by)
    details = Details.objects.filter(organization=organization).first() or Details(organization=organization)
    before = values_of(details)
    check_unchanged(seen, before)
    _fill(details, company, country, vat_number)
    if not details.company and not organization.is_personal:
        raise Refused(_("Fill in the name of the company."), code="company", field="company")
    parts, wrong = check_address(details.country, address)
    for field, sentence in wrong.items():
        raise Refused(sentence, code="address", field=field)
    for field, text in parts.items():
        _check_length(field, text)
        setattr(details, field, text)
    _save(details, before, by)
    return details


def write_details(organization: Organization, *, company: str, country: str, vat_number: str, by: Actor) -> None:
    """Write down what is known when an organization is made, if anything; inside the action that makes it.

    Raises Refused, at the field of what is wrong.
    """
    if not (company or country or vat_number):
        return
    details = Details(organization=organization)
    before = values_of(details)
    if country:
        _fill(details, company, country, vat_number)
    else:
        details.company = _clean_company(company)
        # There is no such number without a country, and this says so.
        clean_vat_number(vat_number, country)
    _save(details, before, by)


def values_of(details: Details | None) -> dict[str, str]:
    """The details by the names of their fields; all empty where there are none."""
    return {field: getattr(details, field) if details else "" for field in FIELDS}


def _check_editor(organization: Organization, by: Actor) -> None:
    is_here = by.is_trusted or by.organization_id == organization.pk
    if not (is_here and any(by.can(permission) for permission in EDITORS)):
        raise Refused(
            _("You may no longer do this: it needs the permission “%s”.") % Permission.EDIT_BILLING_DETAILS.label,
            code="permission",
        )


def _fill(details: Details, company: str, country: str, vat_number: str) -> None:
    if not is_country(country):
        raise Refused(_("Choose a country from the list."), code="country", field="country")
    details.company, details.country = _clean_company(company), country
    details.vat_number = clean_vat_number(vat_number, country)


def _clean_company(company: str) -> str:
    cleaned = one_line(company, len(company))
    if len(cleaned) > COMPANY_LENGTH:
        raise _too_long("company", COMPANY_LENGTH)
    return cleaned


def _check_length(field: str, text: str) -> None:
    most = STREET_LENGTH if field == "street_address" else PART_LENGTH
    if len(text) > most:
        raise _too_long(field, most)


def _too_long(field: str, most: int) -> Refused:
    return Refused(_("It has at most %d characters.") % most, code="too-long", field=field)


def _save(details: Details, before: Mapping[str, str], by: Actor) -> None:
    after = values_of(details)
    changed = [field for field in FIELDS if before[field] != after[field]]
    if not changed:
        return
    details.save()
    record(
        "details.edited",
        by=by,
        organization_id=details.organization_id,
        target=details,
        after={"fields": changed},
        texts={field: (before[field], after[field]) for field in changed},
    )
