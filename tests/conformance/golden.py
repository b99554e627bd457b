"""The JSON of every event as it was first recorded. `python -m tests.conformance.golden` writes what is missing."""

import json
from pathlib import Path

from domain.kernel.cases.case_events import KERNEL_EVENTS
from domain.kernel.events import encode
from tests.conformance.example import EXAMPLES
from tests.conformance.playing import events

FOLDER = Path(__file__).parent / "golden"


def path_of(process: str, name: str, version: int) -> Path:
    return FOLDER / process / f"{name}.{version}.json"


def own_events(process: str) -> dict[str, tuple[int, dict[str, object]]]:
    """The first event of each type of the process's own that its stories record: version and payload."""
    found: dict[str, tuple[int, dict[str, object]]] = {}
    for event in events(process):
        if type(event) not in KERNEL_EVENTS:
            name, version, payload = encode(event)
            found.setdefault(name, (version, payload))
    return found


def write_missing() -> None:
    for process in EXAMPLES:
        for name, (version, payload) in own_events(process).items():
            path = path_of(process, name, version)
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(json.dumps(payload, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_missing()
