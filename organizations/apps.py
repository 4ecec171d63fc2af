"""The organizations app."""

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _

from console import webhooks
from console.navigation import Section, Setting, WayToPay
from console.registry import registry
from organizations import policies
from organizations.notices import MAILS, NOTIFICATIONS
from organizations.roles import IN_SETTINGS, Permission


class OrganizationsConfig(AppConfig):
    """Tenants and their people."""

    name = "organizations"
    verbose_name = _("Organizations")

    def ready(self) -> None:
        """Connect what listens, and register what the frame shows of this app."""
        from audit.lines import add_lines
        from organizations import cards, receivers, steps, tasks  # noqa: F401 -- models must be loaded first
        from organizations.checks import (
            check_name_servers,
            check_policy,
            check_policy_in_force,
            check_views,
            wrong_policy,
        )
        from organizations.demo import build
        from organizations.lines import GROUPS, LINES
        from organizations.models.api_key import SECRET_PREFIX, TOKEN_PREFIX

        add_lines(LINES, GROUPS)
        checks.register(check_policy)
        checks.register(check_name_servers)
        checks.register(check_views, checks.Tags.urls)
        checks.register(check_policy_in_force, checks.Tags.database, deploy=True)
        registry.add_start(wrong_policy)
        registry.add_demo(10, build)
        registry.add_secret_path("/invitations/")
        for prefix in (SECRET_PREFIX, TOKEN_PREFIX, webhooks.PREFIX):
            registry.add_secret_prefix(prefix)
        for section in SECTIONS:
            registry.add_section(section)
        for setting in SETTINGS:
            registry.add_setting(setting)
        registry.add_way_to_pay(BILLING_DETAILS)
        for notification in NOTIFICATIONS:
            registry.add_notification(notification)
        for mail in MAILS:
            registry.add_mail_kind(mail)
        cards.register()
        for step in steps.STEPS:
            registry.add_step(step)


SECTIONS = [
    Section(
        area="context",
        label=_("Overview"),
        icon="layout-dashboard",
        address="organizations:overview",
        order=10,
        permission=Permission.VIEW_ORGANIZATION,
    ),
    Section(
        area="context",
        label=policies.word("members"),
        icon="users-round",
        address="organizations:members",
        order=20,
        permission=Permission.VIEW_MEMBERS,
        kinds=("team",),
        match=(
            "organizations:member_*",
            "organizations:invitation*",
            "organizations:batch_*",
            "organizations:join_request*",
        ),
    ),
    Section(
        area="context",
        label=_("API keys"),
        icon="key-round",
        address="organizations:api_keys",
        order=70,
        permission=Permission.VIEW_ORGANIZATION,
        match=("organizations:api_key_*", "organizations:api_key"),
    ),
    Section(
        area="context",
        label=_("Settings"),
        icon="settings-2",
        address="organizations:settings",
        order=90,
        permission=IN_SETTINGS,
        match=("organizations:settings_*", "organizations:role", "organizations:role_*"),
    ),
    Section(area="profile", label=_("Organizations"), icon="building-2", address="organizations:mine", order=30),
]

# The pages of the settings, by their addresses' names `settings_…`.
SETTINGS = [
    Setting(
        label=_("General"),
        help=_("Name, address, logo, and who may find it."),
        icon="settings-2",
        address="organizations:settings",
        order=10,
        permission=IN_SETTINGS,
        match=("organizations:settings_logo", "organizations:settings_joining"),
    ),
    Setting(
        label=_("Details"),
        help=_("Company, address and VAT number, for bills."),
        icon="receipt-text",
        address="organizations:settings_details",
        order=20,
        permission=(Permission.EDIT_BILLING_DETAILS, Permission.EDIT_SETTINGS),
    ),
    Setting(
        label=_("Roles"),
        help=_("Who may do what, and roles of your own."),
        icon="shield-check",
        address="organizations:settings_roles",
        order=50,
        permission=Permission.VIEW_MEMBERS,
        kinds=("team",),
        match=("organizations:role", "organizations:role_*"),
    ),
    Setting(
        label=_("Security"),
        help=_("A second factor for members, and the age of their sessions."),
        icon="lock-keyhole",
        address="organizations:settings_security",
        order=60,
        permission=Permission.MANAGE_SECURITY,
        kinds=("team",),
        match=("organizations:settings_security_*",),
    ),
    Setting(
        label=_("Domains"),
        help=_("Domain names of yours, and who joins by them."),
        icon="globe",
        address="organizations:settings_domains",
        order=62,
        permission=Permission.EDIT_SETTINGS,
        match=("organizations:settings_domain", "organizations:settings_domain_*"),
    ),
    Setting(
        label=_("Audit log"),
        help=_("What was done here, by whom and from where."),
        icon="scroll-text",
        address="organizations:settings_audit_log",
        order=70,
        permission=Permission.VIEW_AUDIT_LOG,
        match=("organizations:settings_audit_log_*",),
    ),
    Setting(
        label=_("Export"),
        help=_("All that the organization owns, in one file."),
        icon="package",
        address="organizations:settings_export",
        order=80,
        permission=Permission.EXPORT_ORGANIZATION,
        match=("organizations:settings_export_*",),
    ),
    Setting(
        label=_("Transfer"),
        help=_("Hand it over to another member."),
        icon="crown",
        address="organizations:settings_transfer",
        order=90,
        permission=Permission.TRANSFER_ORGANIZATION,
        kinds=("team",),
    ),
    Setting(
        label=_("Close"),
        help=_("End it for everybody, with 30 days to undo that."),
        icon="archive",
        address="organizations:settings_closing",
        order=100,
        permission=Permission.CLOSE_ORGANIZATION,
        kinds=("team",),
    ),
]

# What a bill needs; a page on which one pays comes before it.
BILLING_DETAILS = WayToPay(
    label=_("See the billing details"),
    icon="receipt-text",
    address="organizations:settings_details",
    order=90,
    permission=Permission.EDIT_BILLING_DETAILS,
)
