"""One choke point: whatever the command, the channel and the process, a decision passes one function (KRN-01).

Statically, nothing else makes the event or reaches the log; dynamically, every command of every process is sent over
every channel by all sorts of people, and each `Decided` is counted where it may be made.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_args
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from application.records import append_record
from domain.kernel.cases.case_events import Decided
from domain.kernel.command import SYSTEM, Channel, Command
from domain.kernel.deciding import approval
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.facts import Facts
from domain.kernel.payloads import parse_payload
from domain.kernel.process import Process
from domain.processes import PROCESSES
from eventstore.database import Pool
from tests.adversary.payloads import fitting
from tests.conformance.playing import Moment, moments
from tests.domain.people import company
from tests.support.examples import examples

pytestmark = pytest.mark.rule("KRN-01")

ROOT = Path(__file__).parents[2]
OUTSIDE = {"tests", "bench", "build", "dist", "docs", "verifier", "scripts"}
CHANNELS: tuple[Channel, ...] = get_args(Channel)
MACHINES = ("timer", "effect")
COMMANDS = [(process, name) for process in sorted(PROCESSES) for name in sorted(PROCESSES[process].commands)]


# --- statically ---------------------------------------------------------------------------------------------------


def calls(name: str) -> list[tuple[str, ast.Call]]:
    """The calls of `name` or `anything.name` in the project, with their file."""
    return all_calls().get(name, [])


@cache
def all_calls() -> dict[str, list[tuple[str, ast.Call]]]:
    found = defaultdict(list)
    for path in of_the_project("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
                found[name].append((str(path.relative_to(ROOT)), node))
    return found


def of_the_project(pattern: str) -> Iterator[Path]:
    """Its files; what does not belong to it, such as everything in `.venv`, is not even looked through."""
    for top in sorted(ROOT.iterdir()):
        if top.name not in OUTSIDE and not top.name.startswith("."):
            yield from sorted(top.rglob(pattern)) if top.is_dir() else [top] * top.match(pattern)


def test_one_function_makes_the_event_of_a_decision():
    made = [(where, node.lineno) for where, node in calls("Decided")]

    assert [where for where, _line in made] == ["domain/kernel/deciding/approval.py"]


@pytest.mark.parametrize("maker", ["model_construct", "model_validate", "model_copy", "parse_obj"])
def test_nobody_makes_it_by_another_name(maker: str):
    for where, node in calls(maker):
        assert "Decided" not in ast.unparse(node.func), where


def test_only_decisions_and_records_append_to_the_log():
    appending = {
        where for where, node in calls("append") if re.fullmatch(r"log\.append|append", ast.unparse(node.func))
    }
    encoding = {where for where, _node in calls("NewEvent")}

    assert appending == {"activities/decide.py", "application/records.py"}
    assert encoding == {"activities/decide.py", "application/records.py"}


def test_only_functions_of_the_database_insert_events():
    inserting = [
        str(path.relative_to(ROOT))
        for pattern in ("*.sql", "*.py")
        for path in of_the_project(pattern)
        if re.search(r"(?i)insert\s+into\s+signoff\.events|copy\s+signoff\.events", path.read_text())
    ]

    migrations = ("0001_log.sql", "0019_command_origins.sql", "0024_append_each.sql")
    assert sorted(inserting) == [f"eventstore/migrations/{name}" for name in migrations]


def test_the_mail_door_is_one_page_and_what_sends_mail_sends_no_command():
    doors = {where for where, node in calls("Actor") if "'mail'" in ast.unparse(node)}
    sending = {where for name in ("Command", "command", "start", "sent") for where, _ in calls(name)}

    assert doors == {"web/mail/decision.py"}
    assert not {where for where in sending if where.startswith("mail/")}


@pytest.mark.parametrize("process", sorted(PROCESSES))
async def test_a_record_is_never_appended_to_a_case(pool: Pool, process: str):
    async def append(stream: str, name: str) -> None:
        await append_record(
            pool, stream=stream, process=name, expected_version=0, events=(), actor="e1", command_id=uuid4()
        )

    with pytest.raises(ValueError, match="is a case"):
        await append("c-1", process)
    async with pool.acquire() as conn:
        await conn.execute("insert into signoff.streams values ('c-2', $1)", process)
    with pytest.raises(ValueError, match="is a case"):
        await append("c-2", "person")


# --- dynamically --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Situation:
    """A case at some point of its life, and what its decisions rest on."""

    process: Process[Any]
    state: Any
    facts: Facts
    moment: Moment

    def facts_for(self, command: Command, payload: Any) -> Facts:
        """With the balances that the decision names."""
        balances = self.moment.ledger.for_decision(self.process, self.state, command, payload)
        return self.facts.model_copy(update={"balances": balances})


@cache
def situations(process: str) -> list[Situation]:
    """A case at every point of the stories of its example."""
    return [Situation(moment.process, moment.state, moment.facts, moment) for moment in moments(process)]


class Gate:
    """Watches the one maker of decisions: what it made, and that only the kernel's two ways to decide called it."""

    ways = (approval.decide.__code__, approval.override.__code__)

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.let_through: list[Event] = []
        maker = approval._decided

        def watched(*given: Any, **named: Any) -> Decided:
            assert sys._getframe(1).f_code in self.ways, "somebody else makes decisions"
            self.let_through.append(made := maker(*given, **named))
            return made

        monkeypatch.setattr(approval, "_decided", watched)

    def passed(self, event: Event) -> bool:
        return any(event is each for each in self.let_through)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    return Gate(monkeypatch)


def test_every_process_there_is_takes_part():
    assert all(situations(process) for process in PROCESSES), "a new process has an example in conformance"


@pytest.mark.parametrize(("process", "name"), COMMANDS)
@given(data=st.data())
@settings(
    max_examples=examples(8),
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_no_command_over_any_channel_decides_past_the_gate(gate: Gate, process: str, name: str, data: st.DataObject):
    found = data.draw(st.sampled_from(situations(process)))
    payload = data.draw(fitting(found.process.commands[name].model_json_schema(), words_of(found)))
    actor = data.draw(st.sampled_from(people_of(found)))
    for channel in CHANNELS:
        for event in tried(found, name, payload, actor, channel):
            if isinstance(event, Decided):
                assert gate.passed(event), f"{name} over {channel} made a decision by itself"
                assert channel not in MACHINES
                assert actor != SYSTEM
                assert (event.actor, event.channel) == (actor, channel)


@pytest.mark.parametrize("process", sorted(name for name, one in PROCESSES.items() if one.policy_needs.routes))
@pytest.mark.parametrize("channel", CHANNELS)
def test_the_gate_is_the_way_in_for_people_and_closed_to_machines(gate: Gate, process: str, channel: Channel):
    """The test above would find a decision: here is one for each channel."""
    found = next(each for each in situations(process) if _open(each))
    task = _open(found)[0]
    payload = {"task": task.id, "outcome": "approve"}

    decided = [e for e in tried(found, "decide", payload, task.assignees[0], channel) if isinstance(e, Decided)]

    assert len(decided) == (0 if channel in MACHINES else 1)
    assert all(gate.passed(event) for event in decided)
    assert tried(found, "decide", payload, SYSTEM, channel) == ()


def tried(found: Situation, name: str, payload: dict[str, Any], actor: str, channel: Channel) -> tuple[Event, ...]:
    """The events of a command, none if it is refused."""
    command = Command(
        case=found.process.case(found.state).id,
        process=found.process.name,
        name=name,
        actor=actor,
        channel=channel,
        payload=payload,
    )
    try:
        parsed = parse_payload(found.process, name, payload)
        return tuple(found.process.decide(found.state, command, parsed, found.facts_for(command, parsed)))
    except Refused:
        return ()


def words_of(found: Situation) -> tuple[str, ...]:
    """Tasks, reviews, fields and people of a case, and what a task asks for."""
    case = found.process.case(found.state)
    fields = [field for review in case.reviews.values() for field in review.fields]
    return (*case.tasks, *case.tasks, *case.reviews, *fields, *people_of(found)[:6], "approve", "hiring", "it", "5 THB")


def people_of(found: Situation) -> tuple[str, ...]:
    """Those who were asked twice as often as anybody else; the system too."""
    asked = [person for task in found.process.case(found.state).tasks.values() for person in task.people]
    return (*asked, *asked, *sorted(found.facts.organisation.people), company.ANN, SYSTEM)


def _open(found: Situation) -> list[Any]:
    return [task for task in found.process.case(found.state).tasks.values() if task.kind == "decide"]
