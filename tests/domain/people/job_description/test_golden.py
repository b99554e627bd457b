"""The JSON of what the register of job descriptions learns, as it was first recorded: shapes are frozen."""

import json
from pathlib import Path
from uuid import UUID

import pytest

from domain.kernel.events import Event, EventRow, encode
from domain.organisation import events as ev
from domain.organisation import record
from domain.organisation.jobs import Skill, Speciality
from tests.domain.people.company import NOW
from tests.domain.people.job_description.cases import TODAY, described

GOLDEN = Path(__file__).parent / "golden"
WHICH = {"description": "jd-support", "version": 3}
EVENTS: tuple[Event, ...] = (
    ev.SkillSet(skill=Skill(id="sql", name={"en": "SQL", "th": "ภาษา SQL"}, end=TODAY), effective=TODAY),
    ev.SpecialitySet(speciality=Speciality(id="data", name={"en": "Data"}, details=("privacy",)), effective=TODAY),
    ev.JobDescriptionSet(job=described(), effective=TODAY),
    ev.JobDescriptionReviewed(**WHICH, review_by=TODAY, effective=TODAY),
    ev.JobDescriptionRetired(**WHICH, effective=TODAY),
)


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_what_was_once_recorded_can_still_be_read(path: Path):
    name, version = path.stem.rsplit(".", 1)
    payload = json.loads(path.read_text(encoding="utf-8"))
    row = EventRow(
        position=1, stream="organisation", version=1, type=name, schema_version=int(version), payload=payload,
        actor="x", command_id=UUID(int=0), correlation=UUID(int=0), channel="cli", recorded_at=NOW, hash="",
    )  # fmt: skip
    declared, now, read = encode(record.REGISTRY.decode(row))
    assert declared == name
    if now == row.schema_version:
        assert read == payload


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_of_today_is_as_on_file(event: Event):
    name, version, payload = encode(event)
    assert payload == json.loads((GOLDEN / f"{name}.{version}.json").read_text(encoding="utf-8"))
