"""A decision is made in one place, whatever the process, the command and the channel (KRN-01)."""

import re
from pathlib import Path
from typing import Any, get_args

import pytest

import domain
from domain.kernel import handle
from domain.kernel.cases.case_events import Decided
from domain.kernel.cases.review_events import OverrideUsed
from domain.kernel.command import SYSTEM, Channel
from domain.kernel.commands import KERNEL_COMMANDS, BreakGlass, Decide
from domain.kernel.deciding import approval
from domain.kernel.process import Process
from domain.processes import PROCESSES
from tests.domain.kernel.purchase import LINE, submitted
from tests.domain.kernel.test_quorum import ballot

ROOT = Path(domain.__file__).parent.parent
SOURCES = [path for path in ROOT.glob("*/**/*.py") if path.parts[len(ROOT.parts)] not in ("tests", ".venv", "build")]


def users(pattern: str) -> dict[str, int]:
    """The files that have this in them, and how often."""
    found = {path.relative_to(ROOT).as_posix(): len(re.findall(pattern, path.read_text())) for path in SOURCES}
    return {name: count for name, count in found.items() if count}


@pytest.mark.rule("KRN-01")
def test_one_function_of_the_whole_product_makes_the_event_of_a_decision() -> None:
    assert users(r"\bDecided\(\s*\w+=") == {"domain/kernel/deciding/approval.py": 1}


@pytest.mark.rule("KRN-01")
def test_only_the_table_of_kernel_commands_calls_it() -> None:
    assert users(r"\bapproval\.(decide|override)\b") == {"domain/kernel/handle.py": 2}
    assert users(r"from domain\.kernel\.approval import [^\n]*\b(decide|override)\b") == {}
    rules = [model for model, rule in handle.RULES.items() if rule in (approval.decide, approval.override)]
    assert rules == [Decide, BreakGlass]


@pytest.mark.rule("KRN-01")
@pytest.mark.parametrize("process", PROCESSES.values(), ids=lambda process: process.name)
def test_every_process_has_the_kernels_commands_and_events_and_none_of_its_own_in_their_place(
    process: Process[Any],
) -> None:
    assert {name: process.commands[name] for name in KERNEL_COMMANDS} == KERNEL_COMMANDS
    assert process.events.kinds["Decided"] is Decided
    assert process.events.kinds["OverrideUsed"] is OverrideUsed
    own = [model for name, model in process.commands.items() if name not in KERNEL_COMMANDS]
    assert not [model for model in own if issubclass(model, Decide | BreakGlass)]


@pytest.mark.rule("KRN-01")
@pytest.mark.rule("KRN-02")
@pytest.mark.parametrize("channel", get_args(Channel))
@pytest.mark.parametrize("who", ["e4", "e9", SYSTEM])
def test_no_channel_lets_the_requester_a_stranger_or_the_system_decide(who: str, channel: Channel) -> None:
    case = submitted(LINE)
    for name in ("decide", "override"):
        payload = ballot(case) if name == "decide" else {"task": case.open().id, "reason": "x"}
        assert case.refused(name, payload, by=who, channel=channel) in (
            "not-your-task",
            "own-case",
            "no-privilege",
            "not-a-person",
        )


@pytest.mark.rule("KRN-01")
@pytest.mark.rule("KRN-07")
@pytest.mark.parametrize("channel", [name for name in get_args(Channel) if name not in ("timer", "effect")])
def test_every_channel_of_people_leaves_the_same_decision_with_its_name(channel: Channel) -> None:
    case = submitted(LINE)
    made = case.when("decide", ballot(case), by="e3", channel=channel).found(Decided)
    assert (made.channel, made.actor, made.authenticated) == (channel, "e3", "password")
