"""The history of cases for process mining: XES 1.0 (IEEE 1849), OCEL 2.0 as JSON, and CSV, case by case (LOG-01)."""

import csv
import json
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol, TextIO
from xml.sax.saxutils import quoteattr

from application.files.sheet import harmless

Format = Literal["xes", "ocel", "csv"]
COLUMNS = (
    "case", "process", "unit", "number", "activity", "type", "time", "resource", "on_behalf_of", "channel", "step",
    "outcome", "budget_lines", "projects",
)  # fmt: skip
_OBJECT_ATTRIBUTES = {"case": ("process", "unit"), "person": (), "budget_line": (), "project": ()}
_EVENT_ATTRIBUTES = ("channel", "step", "outcome")
_ALWAYS = "1970-01-01T00:00:00Z"
"""The time that OCEL gives to attributes which never change."""
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_XES_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<global scope="trace"><string key="concept:name" value=""/></global>
<global scope="event"><string key="concept:name" value=""/><date key="time:timestamp" value="1970-01-01T00:00:00Z"/>\
<string key="lifecycle:transition" value="complete"/></global>
<classifier name="Activity" keys="concept:name"/>
<string key="concept:name" value="Signoff"/>
"""


@dataclass(frozen=True, slots=True)
class MinedEvent:
    """One event. `number` is its place in the case as the reader counts; `resource` is who acted, or a pseudonym."""

    number: int
    activity: str
    type: str
    at: datetime
    resource: str
    on_behalf_of: str | None
    channel: str
    step: str | None
    outcome: str | None
    lines: tuple[str, ...]
    projects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MinedCase:
    """A case with those of its events that are exported, in their order."""

    case: str
    process: str
    unit: str | None
    events: tuple[MinedEvent, ...]


class MiningWriter(Protocol):
    """Takes one case after the other; nothing of a case is kept that another one does not need."""

    def add(self, case: MinedCase) -> None: ...

    def end(self) -> None: ...


def mining_writer(kind: Format, out: TextIO) -> MiningWriter:
    """A writer to an open file; the file is complete after its `end`."""
    match kind:
        case "xes":
            return _Xes(out)
        case "ocel":
            return _Ocel(out)
        case "csv":
            return _Csv(out)


class _Xes:
    def __init__(self, out: TextIO) -> None:
        self._out = out
        out.write(_XES_HEAD)

    def add(self, case: MinedCase) -> None:
        of_case = {"concept:name": case.case, "process": case.process, "unit": case.unit}
        self._out.write(f"<trace>{_strings(of_case)}\n")
        for event in case.events:
            values = {
                "concept:name": event.activity, "lifecycle:transition": "complete", "org:resource": event.resource,
                "type": event.type, "on_behalf_of": event.on_behalf_of, "channel": event.channel, "step": event.step,
                "outcome": event.outcome, "budget_lines": " ".join(event.lines), "projects": " ".join(event.projects),
            }  # fmt: skip
            at = f'<date key="time:timestamp" value="{event.at.isoformat()}"/>'
            self._out.write(f"<event>{at}{_strings(values)}</event>\n")
        self._out.write("</trace>\n")

    def end(self) -> None:
        self._out.write("</log>\n")


def _strings(values: dict[str, str | None]) -> str:
    """Without what has no value. What XML cannot hold is replaced."""
    return "".join(
        f'<string key="{key}" value={quoteattr(_NOT_XML.sub("�", value))}/>' for key, value in values.items() if value
    )


class _Ocel:
    """Events are written as they come. Objects stand after them: those of cases wait in a file, the others are few."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._cases = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed by `end`
        self._first_case = self._first_event = True
        self._types: set[str] = set()
        self._others: dict[str, str] = {}
        out.write('{"events": [')

    def add(self, case: MinedCase) -> None:
        identity = f"case:{case.case}"
        values = {"process": case.process, "unit": case.unit}
        self._cases.write("" if self._first_case else ",\n")
        self._cases.write(json.dumps(_object(identity, "case", values), ensure_ascii=False))
        self._first_case = False
        for event in case.events:
            self._event(identity, event)

    def _event(self, identity: str, event: MinedEvent) -> None:
        self._types.add(event.activity)
        related = [{"objectId": identity, "qualifier": "case"}]
        related += self._related("person", "actor", (event.resource,))
        related += self._related("person", "on behalf of", (event.on_behalf_of,) if event.on_behalf_of else ())
        related += self._related("budget_line", "budget line", event.lines)
        related += self._related("project", "project", event.projects)
        given = {name: getattr(event, name) for name in _EVENT_ATTRIBUTES}
        told = {
            "id": f"{identity.removeprefix('case:')}/{event.number}",
            "type": event.activity,
            "time": event.at.isoformat(),
            "attributes": [{"name": name, "value": value} for name, value in given.items() if value],
            "relationships": related,
        }
        self._out.write(("" if self._first_event else ",\n") + json.dumps(told, ensure_ascii=False))
        self._first_event = False

    def _related(self, kind: str, qualifier: str, names: Iterable[str]) -> list[dict[str, str]]:
        found = [f"{kind}:{name}" for name in names]
        self._others |= dict.fromkeys(found, kind)
        return [{"objectId": each, "qualifier": qualifier} for each in found]

    def end(self) -> None:
        self._out.write('],\n"objects": [')
        self._cases.seek(0)
        for text in self._cases:
            self._out.write(text)
        self._cases.close()
        separator = "" if self._first_case else ",\n"
        for identity, kind in self._others.items():
            self._out.write(separator + json.dumps(_object(identity, kind, {}), ensure_ascii=False))
            separator = ",\n"
        self._out.write(
            '],\n"eventTypes": ' + json.dumps([_type(each, _EVENT_ATTRIBUTES) for each in sorted(self._types)])
        )
        self._out.write(
            ',\n"objectTypes": ' + json.dumps([_type(*each) for each in _OBJECT_ATTRIBUTES.items()]) + "}\n"
        )


def _object(identity: str, kind: str, values: dict[str, str | None]) -> dict[str, Any]:
    given = [{"name": name, "time": _ALWAYS, "value": value} for name, value in values.items() if value]
    return {"id": identity, "type": kind, "attributes": given, "relationships": []}


def _type(name: str, attributes: Iterable[str]) -> dict[str, Any]:
    return {"name": name, "attributes": [{"name": each, "type": "string"} for each in attributes]}


class _Csv:
    def __init__(self, out: TextIO) -> None:
        self._rows = csv.writer(out, lineterminator="\n")
        self._rows.writerow(COLUMNS)

    def add(self, case: MinedCase) -> None:
        for event in case.events:
            cells = (
                case.case, case.process, case.unit, str(event.number), event.activity, event.type, event.at.isoformat(),
                event.resource, event.on_behalf_of, event.channel, event.step, event.outcome, " ".join(event.lines),
                " ".join(event.projects),
            )  # fmt: skip
            self._rows.writerow([harmless(cell or "") for cell in cells])

    def end(self) -> None:
        """Nothing stands behind the last row."""
