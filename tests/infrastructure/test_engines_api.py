"""Storage engines by the API: what the pages do, and nothing of a secret."""

from typing import Any
from uuid import uuid4

import pytest

from infrastructure.connecting import Finding
from infrastructure.models import ProjectEngine, StorageEngine
from tests.api.keying import program_of
from tests.cast import Cast
from tests.infrastructure.making import make_engine
from tests.projects.making import make_project

pytestmark = pytest.mark.django_db

GIVEN: dict[str, Any] = {
    "kind": "s3",
    "name": "Archive",
    "config": {"endpoint": "https://s3.example.com/", "bucket": "acme-data", "access_key_id": "AKIAIOSFODNN7EXAMPLE"},
    "secret": "correct horse battery",
}


def test_an_engine_by_the_api_from_beginning_to_end(
    cast: Cast, public_names: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    theo = program_of(cast.theo, cast.acme)
    made = theo.post("/storage-engines", GIVEN)
    assert made.status_code == 201
    here = f"/storage-engines/{made.json()['id']}"
    assert made.headers["Location"] == f"/api/v1{here}"
    shown = theo.get(here).json()
    assert shown["config"] == GIVEN["config"] | {
        "endpoint": "https://s3.example.com",
        "region": "us-east-1",
        "path_style": False,
    }
    assert (shown["is_default"], shown["health"], shown["problem_stage"]) == (True, "unknown", "")
    assert "correct horse" not in made.content.decode() + theo.get(here).content.decode()
    # The key moves: its secret must be given again.
    moved = GIVEN["config"] | {"access_key_id": "AKIAANOTHER"}
    refused = theo.send("PATCH", here, {"config": moved})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "secret")
    assert (
        theo.send("PATCH", here, {"config": moved, "secret": "new"}).json()["config"]["access_key_id"] == "AKIAANOTHER"
    )
    assert theo.send("PATCH", here, {"name": "Cold archive"}).json()["name"] == "Cold archive"
    monkeypatch.setattr(
        "infrastructure.actions.engine_checks.try_engine", lambda *_: Finding("rights", "There is no bucket.", 7)
    )
    found = theo.post(f"{here}/checks").json()
    assert found == {"works": False, "stage": "rights", "problem": "There is no bucket.", "milliseconds": 7}
    assert theo.post(f"{here}/checks").status_code == 409
    assert theo.get("/storage-engines?health=failing").json()["items"][0]["problem"] == "There is no bucket."
    project = make_project(cast.acme)
    storage = f"/projects/{project.slug}/storage"
    assert theo.get(storage).json()["is_default"] is True
    assert theo.post(storage, {"engine": made.json()["id"]}).json()["is_default"] is False
    assert theo.send("DELETE", here).status_code == 409
    assert theo.send("DELETE", storage).status_code == 204
    assert theo.send("DELETE", here).status_code == 204
    assert not StorageEngine.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"config": GIVEN["config"] | {"endpoint": "https://10.0.0.1"}}, "endpoint"),
        ({"config": GIVEN["config"] | {"endpoint": "https://s3.example.com/path"}}, "endpoint"),
        ({"config": GIVEN["config"] | {"bucket": "../other"}}, "bucket"),
        ({"kind": "postgresql"}, "host"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    cast: Cast, public_names: None, changed: dict[str, Any], field: str
) -> None:
    answer = program_of(cast.theo, cast.acme).post("/storage-engines", GIVEN | changed)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == f"config.{field}"
    assert not StorageEngine.objects.exists()


def test_what_is_of_others_is_not_there(cast: Cast) -> None:
    rivals = make_engine(cast.rival)
    project = make_project(cast.acme)
    theo = program_of(cast.theo, cast.acme)
    for path in (f"/storage-engines/{rivals.pk}", f"/storage-engines/{uuid4()}"):
        assert [theo.get(path).status_code, theo.send("DELETE", path).status_code] == [404, 404]
        assert theo.post(f"{path}/checks").status_code == 404
    answers = [
        theo.post(f"/projects/{project.slug}/storage", {"engine": str(pk)}).json() for pk in (rivals.pk, uuid4())
    ]
    assert answers[0]["detail"] == answers[1]["detail"]
    assert not ProjectEngine.objects.exists()
