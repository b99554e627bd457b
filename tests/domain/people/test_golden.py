"""The JSON of every event as it was first recorded: a changed shape needs a new version and an upcaster.

`python -m tests.domain.people.test_golden` writes the files that are missing; it never touches one that is there.
"""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.kernel.events import Event, EventRow, declared_name, encode
from domain.people.hiring.events import EVENTS, OWN
from tests.domain.people.company import (
    ANN,
    BOB,
    BOSS,
    CAT,
    FACILITIES,
    HEAD,
    HR,
    LEAD,
    NOW,
    OTHER,
    RECRUITER,
    SYSTEM,
    Play,
    accepted,
    extended,
    handed_over,
    interviewed,
    opened,
    sealed,
    terms,
)
from tests.domain.people.funded import funded
from tests.domain.people.job_description.cases import company, described

GOLDEN = Path(__file__).parent / "golden"


def story() -> dict[str, Event]:
    """The first event of each type from hirings in which everything happens once."""
    first, second, third = (interviewed(opened(Play(f"hiring-{n}"), seats=2), ANN, BOB) for n in (1, 2, 3))
    _offers_that_end(first)
    _a_hire_and_a_failed_check(second)
    fourth = _below_a_must_have(opened(Play("hiring-4")))
    third.do(RECRUITER, "add-candidate", candidate=CAT, source="web")
    third.do(SYSTEM, "note-candidate-wanted", channel="effect", candidate=CAT, case="hiring-1")
    third.do(RECRUITER, "screen-candidate", candidate=CAT, outcome="reject", reason=sealed(CAT))
    third.do(RECRUITER, "declare-relationship", candidate=BOB, person=OTHER)
    handed_over(third, ANN)
    third.now = third.now.replace(year=2027, month=4)
    third.do(LEAD, "decide-probation", candidate=ANN, outcome="end", reason=sealed(ANN))
    third.do(LEAD, "cancel-requisition", reason="Enough")
    sixth = opened(funded(play=Play("hiring-6")))
    fifth = _an_internal_candidate_steps_back(opened(Play("hiring-5")))
    events = [event for play in (first, second, third, fourth, fifth, sixth) for event in play.events]
    return {declared_name(type(event)): event for event in reversed(events)}


def _offers_that_end(play: Play) -> None:
    play.do(RECRUITER, "submit-offer", candidate=ANN, **terms(salary="70000 THB"))
    play.decide("return", comment="Inside the band", fields=["salary"])
    play.do(RECRUITER, "resubmit-offer", offer="offer-1", salary="58000 THB")
    play.approve_all()
    play.do(RECRUITER, "extend-offer", offer="offer-1")
    play.do(HEAD, "freeze", reason="Stop")
    play.do(LEAD, "decide-frozen-offer", offer="offer-1", choice="keep")
    play.do(HEAD, "unfreeze", reason="On")
    play.do(ANN, "answer-offer", channel="link", offer="offer-1", answer="decline")
    extended(play, BOB)
    play.pass_time(days=12)
    play.do(LEAD, "amend-requisition", grade=6)


def _below_a_must_have(play: Play) -> Play:
    play.organisation = company(described())
    play.do(HR, "add-candidate", candidate=CAT, source="web")
    play.do(HR, "assess-candidate", candidate=CAT, held=[{"skill": "it-management", "level": 4, "years": 8}])
    play.do(HEAD, "waive-requirement", candidate=CAT, skills=["it-management"], reason=sealed(CAT))
    return play


def _an_internal_candidate_steps_back(play: Play) -> Play:
    extended(interviewed(play, CAT, internal=FACILITIES), CAT)
    play.do(BOSS, "answer-backfill", task=play.tasks("backfill")[0], needed=True, reason="They are needed here too")
    play.do(RECRUITER, "step-back", candidate=CAT, told_by="phone", reason=sealed(CAT))
    return play


def _a_hire_and_a_failed_check(play: Play) -> None:
    handed_over(play, ANN)
    play.do(LEAD, "decide-probation", candidate=ANN, outcome="confirm")
    accepted(play, BOB, salary="59000 THB")
    play.do(RECRUITER, "record-check", candidate=BOB, check="references", result="failed", note=sealed(BOB))
    play.do(RECRUITER, "rescind-offer", candidate=BOB, reason=sealed(BOB))
    play.decide("reject", comment="Look again")
    play.do(RECRUITER, "rescind-offer", candidate=BOB, reason=sealed(BOB))
    play.approve_all()


def shape(value: Any) -> Any:
    """The fields and JSON types of a payload, without its values."""
    match value:
        case dict():
            return {key: shape(inner) for key, inner in value.items()}
        case list():
            return [shape(value[0])] if value else []
        case _:
            return type(value).__name__


def golden(path: Path) -> EventRow:
    name, version = path.stem.rsplit(".", 1)
    payload = json.loads(path.read_text(encoding="utf-8"))
    return EventRow(
        position=1, stream="hiring-1", version=1, type=name, schema_version=int(version), payload=payload, actor="x",
        command_id=UUID(int=0), correlation=UUID(int=0), channel="cli", recorded_at=NOW, hash="",
    )  # fmt: skip


STORY = story()
FILES = sorted(GOLDEN.glob("*.json"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_was_once_recorded_can_still_be_read(path: Path):
    row = golden(path)
    event = EVENTS.decode(row)
    name, version, payload = encode(event)
    assert name == row.type
    if version == row.schema_version:
        assert payload == row.payload


@pytest.mark.parametrize("kind", OWN, ids=lambda kind: kind.__name__)
def test_an_event_of_today_has_the_shape_on_file(kind: type[Event]):
    name, version, payload = encode(STORY[declared_name(kind)])
    on_file = json.loads((GOLDEN / f"{name}.{version}.json").read_text(encoding="utf-8"))
    assert shape(payload) == shape(on_file)


def test_event_types_have_names_of_their_own():
    assert len({declared_name(kind) for kind in EVENTS.kinds.values()}) == len(EVENTS.kinds)
    assert {declared_name(kind) for kind in OWN} <= set(EVENTS.kinds)


if __name__ == "__main__":
    for event in STORY.values():
        if type(event) in OWN:
            name, version, payload = encode(event)
            path = GOLDEN / f"{name}.{version}.json"
            if not path.exists():
                path.write_text(json.dumps(payload, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
