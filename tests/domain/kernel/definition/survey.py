"""A survey, the parent of a cycle, and an answer, its child: by the thousand, in units."""

from enum import StrEnum
from typing import Any

from domain.kernel.cases.case import Status
from domain.kernel.cycle import (
    Child,
    Cycle,
    CycleLink,
    CycleSpec,
    GateClosed,
    Membership,
    MemberSpec,
    cycle,
    join,
    member,
    pass_gate,
    plan,
)
from domain.kernel.decision_context import DecisionContext
from domain.kernel.definition import CaseState, CommandSpec, Definition, Opened, Reaction, process_of
from domain.kernel.effects import Claim, HeldClaim, StartCase, TellCase
from domain.kernel.facts import Facts
from domain.kernel.handle import close
from domain.kernel.routing.case_roles import CaseRole
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from tests.domain.kernel.purchase import MONDAY, company, policy
from tests.support.given import Scenario

GATES = ("answered", "done")


class Stage(StrEnum):
    RUNNING = "running"
    ANSWERED = "answered"


class BeginSurvey(Value):
    units: dict[str, tuple[str, ...]]
    person: str = "e4"


class OpenAnswer(Value):
    person: str
    cycle: CycleLink


class Nothing(Value):
    pass


class SurveyBegun(Opened):
    sentence = N_("{requester} began a survey")


class AnswerOpened(Opened):
    sentence = N_("{requester} is asked")


class SurveyState(CaseState):
    cycle: Cycle = Cycle()


class AnswerState(CaseState):
    cycle: Membership = Membership()


def begin(ctx: DecisionContext[SurveyState], payload: BeginSurvey) -> None:
    ctx.add(SurveyBegun(requester=ctx.command.actor, title=N_("A survey"), unit="dev", at=ctx.facts.now))
    data = {"person": payload.person}
    plan(SURVEYED, ctx, {unit: [Child(key=key, data=data) for key in keys] for unit, keys in payload.units.items()})


def all_done(ctx: DecisionContext[SurveyState], event: GateClosed) -> None:
    if event.gate == "done":
        close(ctx, status=Status.APPROVED, reason="all are through")


def opened(ctx: DecisionContext[AnswerState], payload: OpenAnswer) -> None:
    unit = payload.cycle.unit
    ctx.add(AnswerOpened(requester=payload.person, title=N_("An answer"), unit=unit, at=ctx.facts.now))
    join(ctx, payload.cycle)


def answer(ctx: DecisionContext[AnswerState], _payload: Nothing) -> None:
    pass_gate(ANSWERS, ctx, "answered")


def end(ctx: DecisionContext[AnswerState], _payload: Nothing) -> None:
    close(ctx, status=Status.APPROVED, reason="it is done")


def row(name: str, payload: type[Value], part: CaseRole, rule: Any, **more: Any) -> CommandSpec[Any, Any]:
    return CommandSpec(name=name, payload=payload, by=(part,), rule=rule, label=N_("x"), help=N_("x"), **more)


SURVEYED: CycleSpec[SurveyState] = CycleSpec(
    child="answer", command="open-answer", gates=GATES, page=100,
    payload=lambda _state, child: {"person": child.data["person"]},
)  # fmt: skip
ANSWERS = MemberSpec(gates=GATES)
RUNNING = frozenset({"running"})
SURVEY = process_of(
    Definition(
        name="survey", state=SurveyState, stages=Stage, includes=(cycle(SURVEYED),), events=(SurveyBegun,),
        stage=lambda state: Stage.ANSWERED if "answered" in state.cycle.closed else Stage.RUNNING,
        on=(Reaction(GateClosed, all_done),), ways=(("running", "answered", "x"), ("answered", "approved", "x")),
        commands=(row("begin-survey", BeginSurvey, CaseRole.EMPLOYEE, begin, opens=True, to=RUNNING),),
    )
)  # fmt: skip
ANSWER = process_of(
    Definition(
        name="answer", state=AnswerState, stages=StrEnum("Stage", {"RUNNING": "running"}), events=(AnswerOpened,),
        includes=(member(ANSWERS),), stage=lambda _state: "running",
        commands=(
            row("open-answer", OpenAnswer, CaseRole.SYSTEM, opened, opens=True, to=RUNNING),
            row("answer", Nothing, CaseRole.REQUESTER, answer),
            row("end", Nothing, CaseRole.REQUESTER, end, to=frozenset({"approved"})),
        ),
    )
)  # fmt: skip


def facts() -> Facts:
    return Facts(now=MONDAY, organisation=company(), policy=policy())


def begun(**units: tuple[str, ...]) -> Scenario[SurveyState]:
    return Scenario(SURVEY, facts(), "survey-1").when("begin-survey", {"units": units}, by="e1")


def page(play: Scenario[SurveyState]) -> list[StartCase]:
    """The next page is started."""
    (due,) = play.case.deadlines
    play.at(max(due.at, play.now)).when("deadline", due.model_dump(mode="json"), by="system", channel="timer")
    return [effect for effect in play.effects if isinstance(effect, StartCase)]


def started(start: StartCase) -> Scenario[AnswerState]:
    play = Scenario(ANSWER, facts(), start.case)
    return play.when(start.command, start.payload, by="system", channel="effect")


def told(play: Scenario[AnswerState]) -> list[TellCase]:
    return [effect for effect in play.effects if isinstance(effect, TellCase)]


def held(*plays: Scenario[AnswerState]) -> tuple[HeldClaim, ...]:
    """What these children claim, as the log of their events has it."""
    found = []
    for play in plays:
        state = ANSWER.initial(play.case.id)
        for event in play.history:
            claims = [claim for claim in ANSWER.claims(state, event) if isinstance(claim, Claim)]
            found += [HeldClaim(claim=claim, stream=play.case.id, since=MONDAY) for claim in claims]
            state = ANSWER.evolve(state, event)
    return tuple(found)
