"""Storage engines are added, changed, made the default, and removed (texts 000 and 001: *Your storage engines*).

None of it connects anywhere: that is infrastructure.actions.engine_checks, before or after, never with a lock held.
What is secret stands in no event.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import Value
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_variables

from accounts.actions.notifications import settle
from audit.recording import audited, record
from console.naming import clean_name
from console.refusal import Refused
from console.versions import Marks, check_unchanged
from infrastructure.connecting.configs import clean_config, clean_secret, is_elsewhere
from infrastructure.models import ProjectEngine, StorageEngine
from infrastructure.models.engine import FAILING_NOTICE, NAME_LENGTH, Kind
from organizations.actions.locking import lock
from organizations.actors import Actor
from organizations.models import Organization
from organizations.roles import Permission
from projects.models import Project
from projects.models.project import State

# Engines of one organization: each is connected to every hour.
MOST = 100
# Projects that a refusal names.
NAMED = 5


@sensitive_variables("secret")
@audited("engine.added")
def add_engine(
    *, organization: Organization, kind: str, name: str, config: Mapping[str, Any], secret: str, by: Actor
) -> StorageEngine:
    """Keep an engine with its secret, sealed; the first is the default. Whether it works is checked soon.

    ``kind``: a value of Kind; ``config``: as `StorageEngine` says for it. Raises Refused for a configuration that
    cannot be, for a name that is taken, and beyond `MOST`.
    """
    organization, by = lock(organization.pk, by, Permission.ADD_INFRASTRUCTURE)
    engines = StorageEngine.objects.filter(organization=organization)
    if engines.count() >= MOST:
        raise Refused(_("There are %d storage engines already. Remove those that nobody uses.") % MOST, code="too-many")
    engine = StorageEngine(
        organization=organization,
        kind=_known(kind),
        name=_free_name(organization, name),
        config=clean_config(kind, config),
        is_default=not engines.filter(is_default=True).exists(),
        created_by=None if by.is_trusted else by.user,
    )
    engine.set_secret(clean_secret(secret))
    engine.save(force_insert=True)
    record(
        "engine.added",
        by=by,
        organization_id=organization.pk,
        target=engine,
        after={"kind": engine.kind, "is_default": engine.is_default, **told(engine.config)},
    )
    return engine


@sensitive_variables("secret")
@audited("engine.changed")
def change_engine(
    *,
    engine: StorageEngine,
    name: str,
    config: Mapping[str, Any],
    secret: str = "",
    seen: Marks | None = None,
    by: Actor,
) -> StorageEngine:
    """Change what an engine is called, where it is and how it is entered; its kind stays.

    ``secret``: empty to keep the one that there is, which it may not be where that would go to another place
    (`is_elsewhere`): whoever may change an engine is not to learn its secret. ``seen``: what a form was opened with
    (`console.versions`). What changes is checked anew, soon. Raises Refused.
    """
    engine, by = lock_engine(engine, by, Permission.MANAGE_INFRASTRUCTURE)
    check_unchanged(seen, values_of(engine))
    name = _free_name(engine.organization, name, engine)
    wanted = clean_config(engine.kind, config)
    check_secret(engine, wanted, secret)
    before = engine.config
    changed = sorted(key for key in wanted if wanted[key] != before.get(key))
    if secret:
        engine.set_secret(clean_secret(secret))
    if not (changed or secret or name != engine.name):
        return engine
    texts = {"name": (engine.name, name)} if name != engine.name else {}
    engine.name, engine.config = name, wanted
    if changed or secret:
        engine.check_anew()
    engine.save()
    record(
        "engine.changed",
        by=by,
        organization_id=engine.organization_id,
        target=engine,
        before={key: value for key, value in told(before).items() if key in changed},
        after={
            **{key: value for key, value in told(wanted).items() if key in changed},
            "fields": [*(["name"] if texts else []), *changed, *(["secret"] if secret else [])],
        },
        texts=texts,
    )
    return engine


@audited("engine.default_set")
def set_default_engine(*, engine: StorageEngine, by: Actor) -> StorageEngine:
    """Let projects that chose no engine keep their data in this one from now on."""
    engine, by = lock_engine(engine, by, Permission.MANAGE_INFRASTRUCTURE)
    if engine.is_default:
        return engine
    StorageEngine.objects.filter(organization=engine.organization, is_default=True).update(is_default=False)
    engine.is_default = True
    engine.save(update_fields=["is_default", "changed_at"])
    record("engine.default_set", by=by, organization_id=engine.organization_id, target=engine)
    return engine


@audited("engine.removed")
def remove_engine(*, engine: StorageEngine, by: Actor) -> StorageEngine:
    """Forget an engine and its secret; what is in it stays where it is.

    Raises Refused while projects are linked to it, with the names of those that the actor may know of (projects that
    are being deleted do not count, and lose their link); and for the default while there are others.
    """
    engine, by = lock_engine(engine, by, Permission.MANAGE_INFRASTRUCTURE)
    ProjectEngine.objects.filter(engine=engine, project__state=State.DELETING).delete()
    _check_unused(engine, by)
    others = StorageEngine.objects.filter(organization=engine.organization).exclude(pk=engine.pk)
    if engine.is_default and others.exists():
        raise Refused(_("This is the default. Make another one the default first."), code="default")
    record(
        "engine.removed",
        by=by,
        organization_id=engine.organization_id,
        target=engine,
        before={"kind": engine.kind, **told(engine.config)},
    )
    settle(FAILING_NOTICE, engine.pk)
    StorageEngine.objects.filter(pk=engine.pk).delete()
    return engine


def values_of(engine: StorageEngine) -> dict[str, Any]:
    """What can be changed, as the fields of a form have it."""
    return {"name": engine.name, **engine.config}


def check_secret(engine: StorageEngine, config: Mapping[str, Any], secret: str) -> None:
    """Refuse to use the stored secret in another place than it was given for. Raises Refused, at ``secret``."""
    if not secret and is_elsewhere(engine.kind, engine.config, config):
        raise Refused(
            _("Type it again: it would go to another place than before, and we show it to nobody unasked."),
            code="retype",
            field="secret",
        )


def told(config: Mapping[str, Any]) -> dict[str, Any]:
    """What a log says of a configuration: where it is. Who signs in, and the authority, are nobody's else business."""
    return {key: config[key] for key in ("host", "port", "database", "tls", "endpoint", "bucket") if key in config}


def lock_engine(engine: StorageEngine, by: Actor, needs: Permission) -> tuple[StorageEngine, Actor]:
    """The engine as it is now, locked with its organization, and the actor as of now. Raises Refused where it is gone.

    Workers that check it lock its row alone, and after this.
    """
    organization, by = lock(engine.organization_id, by, needs)
    found = StorageEngine.objects.select_for_update().filter(pk=engine.pk, organization=organization).first()
    if found is None:
        raise Refused(_("Somebody has removed this storage engine meanwhile."), code="gone")
    found.organization = organization
    return found, by


def _known(kind: str) -> str:
    if kind not in Kind.values:
        raise Refused(_("Choose what it is."), code="kind", field="kind")
    return kind


def _free_name(organization: Organization, name: str, engine: StorageEngine | None = None) -> str:
    cleaned = clean_name(name, NAME_LENGTH)
    # As the constraint compares them.
    named = StorageEngine.objects.annotate(folded=Lower("name")).filter(folded=Lower(Value(cleaned)))
    others = named.exclude(pk=engine.pk) if engine else named
    if others.filter(organization=organization).exists():
        raise Refused(_("There is one of this name already."), code="taken", field="name")
    return cleaned


def _check_unused(engine: StorageEngine, by: Actor) -> None:
    linked = Project.objects.filter(engine_link__engine=engine)
    count = linked.count()
    if not count:
        return
    names = list(linked.visible_to(by).order_by("sort_name", "id").values_list("name", flat=True)[:NAMED])
    more = count - len(names)
    if more:
        names.append(ngettext("%d project more", "%d projects more", more) % more)
    raise Refused(
        _("Projects keep their data in it: %s. Let them use another one first.") % ", ".join(names), code="linked"
    )
