"""The JSON of the process's events as they were first recorded: a changed shape needs a new version and an upcaster.

`python -m tests.domain.people.job_description.test_golden` writes the files that are missing, and no other.
"""

import json
from pathlib import Path
from uuid import UUID

import pytest

from domain.kernel.events import Event, EventRow, Registry, declared_name, encode
from domain.organisation import events as ev
from domain.organisation import record
from domain.organisation.jobs import Skill, Speciality
from domain.people.job_description.events import EVENTS, OWN
from tests.domain.people.company import CONTROLLER, LEAD, NOW, SYSTEM
from tests.domain.people.job_description.cases import TODAY, approved, described, look_due, recorded, revised

GOLDEN = Path(__file__).parent / "golden"
OF_REGISTER: tuple[type[Event], ...] = (
    ev.SkillSet,
    ev.SpecialitySet,
    ev.JobDescriptionSet,
    ev.JobDescriptionReviewed,
    ev.JobDescriptionRetired,
)


def story() -> dict[str, Event]:
    """The first event of each type from cases in which everything happens once, and what the register learnt."""
    skills = [{"skill": "sql", "level": 2, "need": "nice"}]
    play = revised(described(case="jd-0"), by=LEAD, grade=6, skills=skills)
    play.when("amend-description", {"grade": 7}, by=LEAD)
    task = play.open("budget-impact").id
    answer = {"task": task, "per_year": "240000 THB", "budget_line": "it-people", "covered": True, "note": "Planned"}
    play.when("assess-budget-impact", answer, by=CONTROLLER)
    recorded(approved(play))
    recorded(look_due(play).when("confirm-description", by=LEAD))
    play.when("retire-description", {"reason": "Gone"}, by=LEAD)
    other = recorded(approved(revised(by=LEAD, purpose="Helps")))
    other.when("note-superseded", {"case": "jd-2", "version": 5}, by=SYSTEM, channel="effect")
    history = [*play.history, *other.history]
    return {declared_name(type(event)): event for event in (*_register(), *reversed(history)) if _told(event)}


def _register() -> list[Event]:
    which = {"description": "jd-support", "version": 3}
    return [
        ev.SkillSet(skill=Skill(id="sql", name={"en": "SQL", "th": "ภาษา SQL"}, end=TODAY), effective=TODAY),
        ev.SpecialitySet(speciality=Speciality(id="data", name={"en": "Data"}, details=("privacy",)), effective=TODAY),
        ev.JobDescriptionSet(job=described(), effective=TODAY),
        ev.JobDescriptionReviewed(**which, review_by=TODAY, effective=TODAY),
        ev.JobDescriptionRetired(**which, effective=TODAY),
    ]


def _told(event: Event) -> bool:
    return type(event) in (*OWN, *OF_REGISTER)


def _registry(name: str) -> Registry:
    return record.REGISTRY if name in map(declared_name, OF_REGISTER) else EVENTS


STORY = story()


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_what_was_once_recorded_can_still_be_read(path: Path):
    name, version = path.stem.rsplit(".", 1)
    payload = json.loads(path.read_text(encoding="utf-8"))
    row = EventRow(
        position=1, stream="jd-1", version=1, type=name, schema_version=int(version), payload=payload, actor="x",
        command_id=UUID(int=0), correlation=UUID(int=0), channel="cli", recorded_at=NOW, hash="",
    )  # fmt: skip
    declared, now, read = encode(_registry(name).decode(row))
    assert declared == name
    if now == row.schema_version:
        assert read == payload


@pytest.mark.parametrize("kind", [*OWN, *OF_REGISTER], ids=declared_name)
def test_an_event_of_today_is_as_on_file(kind: type[Event]):
    name, version, payload = encode(STORY[declared_name(kind)])
    assert payload == json.loads((GOLDEN / f"{name}.{version}.json").read_text(encoding="utf-8"))


if __name__ == "__main__":
    for event in STORY.values():
        name, version, payload = encode(event)
        path = GOLDEN / f"{name}.{version}.json"
        if not path.exists():
            path.write_text(json.dumps(payload, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
