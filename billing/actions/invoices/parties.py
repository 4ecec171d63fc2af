"""Who sells and who buys, as an invoice bears it; and in which language."""

from typing import Any

from django.conf import settings
from django.utils import translation

from billing.models import Account
from organizations.addresses import country_name
from organizations.models import Details, Organization

# What an invoice says of either; `lines` begin with the name.
type Party = dict[str, Any]


def seller_in(language: str) -> Party:
    """Who sells, as the settings say it now; the country in that language."""
    with translation.override(language):
        country = country_name(settings.SELLER_COUNTRY)
    lines = [settings.SELLER_NAME, *settings.SELLER_ADDRESS, country]
    return {
        "name": settings.SELLER_NAME,
        "lines": [line for line in dict.fromkeys(lines) if line],
        "vat_number": settings.SELLER_VAT_NUMBER,
        "email": settings.SELLER_EMAIL,
    }


def buyer_in(language: str, account: Account) -> Party:
    """Who buys, by the details of the organization as they are now; of one that is gone, as they were last."""
    organization = account.organization
    if organization is None:
        return account.buyer or {"name": "", "lines": [], "vat_number": "", "country": ""}
    details = Details.objects.filter(organization=organization).first()
    name = (details and details.company) or _name_of(organization)
    with translation.override(language):
        lines = details.lines if details else []
    return {
        "name": name,
        "lines": lines if details and details.company else [name, *lines],
        "vat_number": details.vat_number if details else "",
        "country": details.country if details else "",
    }


def language_of(account: Account) -> str:
    """The language of an account's invoices: as it was chosen, else its founder's, else that of the deployment."""
    if account.language:
        return account.language
    known = [code for code, _name in settings.LANGUAGES]
    chosen = _founders_language(account.organization) if account.organization else ""
    return chosen if chosen in known else settings.LANGUAGE_CODE


def _founders_language(organization: Organization) -> str:
    if organization.person:
        return organization.person.language
    founder = organization.memberships.founders().select_related("user").order_by("id").first()
    return founder.user.language if founder else ""


def _name_of(organization: Organization) -> str:
    return organization.person.name if organization.person else organization.name
