"""The organizations app."""

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _

from console.registry import Card, Section, Step, registry
from organizations.roles import Permission


class OrganizationsConfig(AppConfig):
    """Tenants and their people."""

    name = "organizations"
    verbose_name = _("Organizations")

    def ready(self) -> None:
        """Connect what listens, and register what the frame shows of this app."""
        from organizations import cards, receivers, steps  # noqa: F401 -- models must be loaded first
        from organizations.checks import check_policy, check_views
        from organizations.demo import build

        checks.register(check_policy)
        checks.register(check_views, checks.Tags.urls)
        registry.add_demo(10, build)
        registry.add_secret_path("/invitations/")
        for section in SECTIONS:
            registry.add_section(section)
        registry.add_card(
            Card(page="preferences", order=10, template="organizations/_my_card.html", show=cards.my_organizations)
        )
        registry.add_card(
            Card(
                page="deletion", order=10, template="organizations/_last_founder.html", show=cards.teams_without_founder
            )
        )
        registry.add_step(
            Step(
                label=_("Create or join an organization"),
                help=_("The place where you work with your team."),
                order=40,
                done=steps.in_a_team,
                address=steps.creation_page,
                action=_("Create organization"),
            )
        )
        registry.add_step(
            Step(
                label=_("Invite your colleagues"),
                help=_("Each gets a mail, and the role that you choose."),
                order=50,
                done=steps.has_company,
                address=steps.invitation_page,
                action=_("Invite member"),
            )
        )


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
        label=_("Members"),
        icon="users-round",
        address="organizations:members",
        order=20,
        permission=Permission.VIEW_MEMBERS,
        kinds=("team",),
        match=("organizations:member_*", "organizations:invitation*"),
    ),
    Section(
        area="context",
        label=_("Settings"),
        icon="settings-2",
        address="organizations:settings",
        order=90,
        permission=Permission.EDIT_SETTINGS,
    ),
    Section(area="profile", label=_("Organizations"), icon="building-2", address="organizations:mine", order=30),
]
