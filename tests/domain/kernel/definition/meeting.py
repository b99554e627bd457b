"""A meeting without a document: it opens, has actions and risks, and ends. Its open actions go on in the next one."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from domain.kernel.cases.case import Status
from domain.kernel.commands import Text
from domain.kernel.decision_context import DecisionContext
from domain.kernel.definition import CaseState, CommandSpec, Definition, Opened, process_of
from domain.kernel.effects import TellCase
from domain.kernel.facts import Facts
from domain.kernel.handle import close
from domain.kernel.items import Items, ItemsSpec, NoDetails, items
from domain.kernel.routing.case_roles import CaseRole
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from tests.domain.kernel.purchase import MONDAY, company, policy
from tests.support.given import Scenario


class Stage(StrEnum):
    HELD = "held"
    OVER = "over"


class CallMeeting(Value):
    about: Text


class EndMeeting(Value):
    pass


class MeetingCalled(Opened):
    sentence = N_("{requester} called a meeting")


class Weight(Value):
    weight: Annotated[int, Field(ge=1, le=9)]


class MeetingState(CaseState):
    actions: Items = Items()
    risks: Items = Items()


def call(ctx: DecisionContext[MeetingState], payload: CallMeeting) -> None:
    ctx.add(
        MeetingCalled(
            requester=ctx.command.actor, title=N_("A meeting"), unit="dev", at=ctx.facts.now
        )
    )  # fmt: skip


def end(ctx: DecisionContext[MeetingState], _payload: EndMeeting) -> None:
    close(ctx, status=Status.APPROVED, reason="it is over")


def words(noun: str) -> dict[str, Any]:
    said = {verb: N_(f"{verb} {noun}") for verb in ("add", "change", "close")}
    return {"labels": said, "helps": said}


ACTIONS = ItemsSpec(noun="action", name="actions", details=NoDetails, carries_to="meeting", most=3, **words("action"))
RISKS = ItemsSpec(noun="risk", name="risks", details=Weight, outcomes=("gone", "happened"), **words("risk"))
DEFINITION: Definition[MeetingState] = Definition(
    name="meeting",
    state=MeetingState,
    stages=Stage,
    includes=(items(ACTIONS), items(RISKS)),
    events=(MeetingCalled,),
    commands=(
        CommandSpec(
            name="call-meeting", payload=CallMeeting, by=(CaseRole.EMPLOYEE,), rule=call, opens=True,
            to=frozenset({Stage.HELD}), label=N_("call a meeting"), help=N_("Calls a meeting."),
        ),
        CommandSpec(
            name="end-meeting", payload=EndMeeting, by=(CaseRole.REQUESTER,), rule=end, when=frozenset({Stage.HELD}),
            to=frozenset({Stage.OVER}), label=N_("end"), help=N_("Ends it."),
        ),
    ),
    stage=lambda _state: Stage.HELD,
    outcome=lambda state: Stage.OVER if state.case.closed is Status.APPROVED else None,
)  # fmt: skip
MEETING = process_of(DEFINITION)
Play = Scenario[MeetingState]
ACTION = {"text": "Write it down", "owner": "e5", "due": "2026-04-09"}


def called(case: str = "meeting-1") -> Play:
    facts = Facts(now=MONDAY, organisation=company(), policy=policy())
    return Scenario(MEETING, facts, case).when("call-meeting", {"about": "it"}, by="e3")


def told(play: Play) -> TellCase:
    (effect,) = [effect for effect in play.effects if isinstance(effect, TellCase)]
    return effect


def deliver(effect: TellCase, play: Play) -> Play:
    """The effect of one case reaches another."""
    assert effect.case == play.case.id
    return play.when(effect.command, effect.payload, by="system", channel="effect")


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
