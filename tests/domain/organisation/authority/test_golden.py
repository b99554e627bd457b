"""The JSON of the process's events as they were first recorded: a changed shape needs a new version and an upcaster.

`python -m tests.domain.organisation.authority.test_golden` writes the files that are missing, and no other.
"""

import json
from pathlib import Path
from uuid import UUID

import pytest

from domain.kernel.events import Event, EventRow, declared_name, encode
from domain.kernel.recording import RecordAsked, Recorded
from domain.organisation.authority.process import AUTHORITY, LimitAmended, LimitApproved, LimitRequested
from tests.domain.organisation.authority.cases import approved, asked, own, recorded
from tests.domain.people.company import LEAD, NOW

EVENTS, OWN = AUTHORITY.events, (LimitRequested, LimitAmended, LimitApproved, RecordAsked, Recorded)
GOLDEN = Path(__file__).parent / "golden"


def story() -> dict[str, Event]:
    """The first event of each type from a case in which everything happens once."""
    play = asked(own(), until="2027-06-01").when("amend-limit", {"up_to": "1200000 THB"}, by=LEAD)
    recorded(approved(play))
    return {declared_name(type(event)): event for event in reversed(play.history) if type(event) in OWN}


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_what_was_once_recorded_can_still_be_read(path: Path):
    name, version = path.stem.rsplit(".", 1)
    payload = json.loads(path.read_text(encoding="utf-8"))
    row = EventRow(
        position=1, stream="authority-1", version=1, type=name, schema_version=int(version), payload=payload, actor="x",
        command_id=UUID(int=0), correlation=UUID(int=0), channel="cli", recorded_at=NOW, hash="",
    )  # fmt: skip
    declared, now, read = encode(EVENTS.decode(row))
    assert declared == name
    if now == row.schema_version:
        assert read == payload


@pytest.mark.parametrize("kind", OWN, ids=declared_name)
def test_an_event_of_today_is_as_on_file(kind: type[Event]):
    name, version, payload = encode(story()[declared_name(kind)])
    assert payload == json.loads((GOLDEN / f"{name}.{version}.json").read_text(encoding="utf-8"))


if __name__ == "__main__":
    for event in story().values():
        name, version, payload = encode(event)
        path = GOLDEN / f"{name}.{version}.json"
        if not path.exists():
            path.write_text(json.dumps(payload, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
