"""No value of a command makes its decision fail or last: it is refused, and everybody else's work goes on (KRN-30)."""

import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest

from cli.demo import story
from domain.kernel.command import SYSTEM, Command
from domain.kernel.errors import Refused
from domain.processes import PROCESSES
from tests.adversary.hidden import limit
from tests.adversary.matrix.product import situations
from tests.adversary.matrix.sent import payloads
from tests.adversary.matrix.situation import Situation
from tests.adversary.office import code
from tests.conformance.example import EXAMPLES
from tests.conformance.playing import played
from tests.support.hiring import opened
from tests.support.office import Office

DAYS = ("0001-01-01", "1899-12-31", "2120-12-31", "2570-02-01", "9999-12-31")
INSTANTS = tuple(f"{day}T23:59:59+14:00" for day in DAYS)
NUMBERS = (-(10**30), -1, 0, 10**6, 10**30, "1e400", "NaN", "-Infinity")
ODD = (*DAYS, *INSTANTS, *NUMBERS, "9" * 400 + " THB", "0.0000000001 THB", "-1 THB")
LONGEST = 2.0
"""Seconds for one decision on a busy machine; the day-by-day walk took 13."""


def leaves(data: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The places of all single values."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list | tuple) else None
    if inner is None:
        yield place
        return
    for key, value in inner:
        yield from leaves(value, (*place, key))


def changed(data: Any, place: tuple[Any, ...], value: Any) -> Any:
    if not place:
        return value
    if isinstance(data, dict):
        return {**data, place[0]: changed(data.get(place[0]), place[1:], value)}
    return [changed(one, place[1:], value) if number == place[0] else one for number, one in enumerate(data)]


def oddities(process: str, name: str, payload: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The payload with each of its values, and of those that it may have besides, made odd."""
    schema = PROCESSES[process].commands[name].model_json_schema()
    places = {*leaves(payload), *((field,) for field in schema.get("properties", {}))}
    places -= {("at",)}  # of a deadline: the clock of these situations
    for place in sorted(places, key=str):
        for value in ODD:
            yield changed(payload, place, value)


def able(found: Situation, name: str, payload: dict[str, Any]) -> list[str]:
    """Somebody whose command is accepted as it stands."""
    answers = found.tried(name, payload)
    return [actor for actor, answer in answers if not isinstance(answer, Refused)][:1]


@pytest.mark.rule("KRN-30")
@pytest.mark.parametrize("process", sorted(EXAMPLES))
def test_no_odd_value_of_a_story_fails_or_lasts(process: str):
    first = {name: (before, sent, by) for play in played(process) for before, name, sent, by in reversed(play.sent)}
    tried, slowest = 0, 0.0
    for name, (before, sent, by) in first.items():
        for odd in oddities(process, name, sent):
            began = time.perf_counter()
            with suppress(Refused):
                before.decide(name, odd, by=by, channel="effect" if by == SYSTEM else "web")
            tried, slowest = tried + 1, max(slowest, time.perf_counter() - began)
    assert tried > 100
    assert slowest < LONGEST


@pytest.mark.rule("KRN-30")
@pytest.mark.parametrize("process", sorted(PROCESSES.keys() - EXAMPLES.keys() | {"authority"}))
def test_no_odd_value_fails_or_lasts(process: str):
    tried, slowest, done = 0, 0.0, set()
    for found in situations(process):
        for name in PROCESSES[process].commands:
            for payload in payloads(found, name)[:1]:
                actors = able(found, name, payload)
                if not actors or name in done:
                    continue
                done.add(name)
                for odd in oddities(process, name, payload):
                    began = time.perf_counter()
                    try:
                        for _ in found.tried(name, odd, actors):
                            tried += 1
                    except Refused:  # the payload itself, or an instant that is none
                        tried += 1
                    slowest = max(slowest, time.perf_counter() - began)
    assert tried > 100
    assert len(done) > 5
    assert slowest < LONGEST


async def test_others_go_on_while_odd_values_come(office_at_work: Office):
    """Every command of every process, straight at the workflow: no door has looked at it."""
    office = office_at_work
    player = await opened(office, f"hiring-{uuid4().hex[:8]}")
    authority = f"authority-{uuid4().hex[:8]}"
    await office.start("authority", limit("e1011"), by="e1005", name="request-limit", case=authority)
    cases = {"hiring": player.case, "authority": authority}
    waited: list[float] = []
    for process, case in cases.items():
        for name in PROCESSES[process].commands:
            if name in PROCESSES[process].start or name == "withdraw":
                continue
            properties = PROCESSES[process].commands[name].model_json_schema().get("properties", {})
            for value in ("9999-12-31", 10**30, "0001-01-01T00:00:00+14:00"):
                await _thrown(office, process, case, name, dict.fromkeys(properties, value))
            began = time.perf_counter()
            other = cases["authority" if process == "hiring" else "hiring"]
            await office.do(other, "comment", {"text": f"after {name}"}, by=story.MANAGER)
            waited.append(time.perf_counter() - began)
    assert len(waited) > 20
    assert max(waited) < 5


async def _thrown(office: Office, process: str, case: str, name: str, payload: dict[str, Any]) -> None:
    command = Command(
        case=case, process=process, name=name, actor=story.MANAGER, channel="api", authenticated="test", payload=payload
    )
    assert await code(office.services.send.send(command, start=False)) != "internal-error", (name, payload)
