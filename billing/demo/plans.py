"""The demo's plans."""

from billing.actions.plans import make_plan
from organizations.actors import Actor

TEAM, BUSINESS = "team", "business"


def make_plans() -> None:
    """Make a free plan that everybody has, and two that cost."""
    by = Actor.system()
    make_plan(
        key="free",
        name="Free",
        description="To try things out, and for what is small.",
        monthly=0,
        is_standard=True,
        projects=3,
        services=10,
        custom_roles=2,
        audit_days=30,
        features="People without limit\nCommunity support",
        order=1,
        by=by,
    )
    make_plan(
        key=TEAM,
        name="Team",
        description="For a company that builds with it.",
        monthly=2_000,
        yearly=20_000,
        trial_days=14,
        projects=20,
        services=100,
        custom_roles=10,
        audit_days=365,
        features="People without limit\nStreams of the audit log\nSupport on working days",
        order=2,
        by=by,
    )
    make_plan(
        key=BUSINESS,
        name="Business",
        description="For a company that runs on it.",
        monthly=9_900,
        yearly=99_000,
        audit_days=1_825,
        features="Everything in Team\nNo limits but for the log\nSupport day and night",
        order=3,
        by=by,
    )
