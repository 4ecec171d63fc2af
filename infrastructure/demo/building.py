"""Makes the demo's infrastructure with the actions that pages and servers use, and lets it be as old as it is said."""

from datetime import timedelta

from django.utils import timezone
from django.utils.text import slugify

from infrastructure.actions.certificates import add_certificate, set_uses
from infrastructure.actions.engines import add_engine
from infrastructure.actions.server_tokens import make_server_token
from infrastructure.actions.servers import connect_server
from infrastructure.demo.authority import Authority
from infrastructure.demo.scene import DemoCertificate, DemoEngine, DemoInfrastructure, DemoServer
from infrastructure.models import Certificate, EngineCheck, ProjectEngine, Server, StorageEngine
from infrastructure.models.engine import Health
from organizations.actors import Actor
from organizations.demo.situations import member
from organizations.models import Organization
from projects.models import Project

# The hours that an engine's time line goes back, and how long of them a failing one has failed.
HOURS = 30 * 24
FAILING_HOURS = 5
# Their addresses are nobody's: nobody need knock there while the demo is looked at.
NEXT_CHECK = timedelta(days=30)


def build_infrastructure(one: DemoInfrastructure) -> None:
    """Make all of it, in the caller's transaction."""
    organization = Organization.objects.get(slug=one.organization)
    by = Actor.member(member(organization, one.by))
    if one.certificates:
        authority = Authority(timezone.now())
        for certificate in one.certificates:
            _build_certificate(organization, certificate, authority, by)
    for engine in one.engines:
        _build_engine(organization, engine, by)
    for server in one.servers:
        _build_server(organization, server)
    if one.waits:
        make_server_token(organization=organization, by=Actor.member(member(organization, one.waits)))


def _build_certificate(organization: Organization, one: DemoCertificate, authority: Authority, by: Actor) -> None:
    now = timezone.now().replace(microsecond=0)
    material = authority.issue(one.names, now - timedelta(days=one.days), now + timedelta(days=one.ends_in))
    certificate = add_certificate(organization=organization, name=one.name, material=material, by=by)
    covered = [domain.pk for domain in organization.domains.verified() if certificate.covers(domain.name)]
    if covered:
        set_uses(certificate=certificate, domains=covered, by=by)
    then = now - timedelta(days=one.days - 1)
    Certificate.objects.filter(pk=certificate.pk).update(created_at=then, changed_at=then)


def _build_engine(organization: Organization, one: DemoEngine, by: Actor) -> None:
    engine = add_engine(
        organization=organization, kind=one.kind, name=one.name, config=one.config, secret="demo" * 5, by=by
    )
    project = Project.objects.filter(organization=organization, slug=one.project).first() if one.project else None
    if project:
        ProjectEngine.objects.create(project=project, engine=engine)
    now = timezone.now()
    then = now - timedelta(days=one.days)
    failing_since = now - timedelta(hours=FAILING_HOURS - 1, minutes=20) if one.fails else None
    stage, sentence = one.fails or ("", "")
    StorageEngine.objects.filter(pk=engine.pk).update(
        health=Health.FAILING if one.fails else Health.HEALTHY,
        problem_stage=stage,
        problem=sentence,
        failing_since=failing_since,
        told_at=failing_since,
        checked_at=now - timedelta(minutes=20),
        due_at=now + NEXT_CHECK,
        created_at=then,
        changed_at=then,
    )
    EngineCheck.objects.bulk_create(_check(engine, one, hour) for hour in range(HOURS))


def _check(engine: StorageEngine, one: DemoEngine, hour: int) -> EngineCheck:
    """The check of so many hours ago."""
    stage, sentence = one.fails if one.fails and hour < FAILING_HOURS else ("", "")
    return EngineCheck(
        engine=engine,
        checked_at=timezone.now() - timedelta(hours=hour, minutes=20),
        problem_stage=stage,
        problem=sentence,
        milliseconds=5000 if stage else 18 + hour * 7 % 23,
    )


def _build_server(organization: Organization, one: DemoServer) -> None:
    issued = make_server_token(organization=organization, by=Actor.member(member(organization, one.by)))
    connected = connect_server(
        token=issued.token, name=one.name, url=one.url, version=one.version, external_id=slugify(one.name)
    )
    now = timezone.now()
    Server.objects.filter(pk=connected.server.pk).update(
        connected_at=now - timedelta(days=one.days),
        last_seen_at=now - timedelta(hours=one.silent_hours),
        told_at=now - timedelta(hours=one.silent_hours - 1) if one.silent_hours else None,
    )
