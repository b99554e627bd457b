"""A watch: its owner reports every five working days, and who watches can be recorded in a record stream."""

from enum import StrEnum

from domain.kernel.cases.case import Status
from domain.kernel.decision_context import DecisionContext
from domain.kernel.definition import CaseState, CommandSpec, Definition, Opened, Reaction, process_of
from domain.kernel.duty import Duty, DutyMissed, DutySpec, Every, begin, duty, end, met
from domain.kernel.facts import Facts
from domain.kernel.handle import close
from domain.kernel.recording import Recorded, Recording, ask_record, recording
from domain.kernel.routing.case_roles import CaseRole
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.organisation.events import RoleGranted
from domain.organisation.model import RoleHolding
from tests.domain.kernel.purchase import MONDAY, company, policy
from tests.support.given import Scenario


class Stage(StrEnum):
    WATCHING = "watching"
    RED = "red"
    RECORDING = "recording"


class Nothing(Value):
    pass


class WatchOpened(Opened):
    sentence = N_("{requester} began to watch")


class WatchState(CaseState):
    reports: Duty = Duty()
    recording: Recording = Recording()


Wire = DecisionContext[WatchState]
REPORTS: DutySpec[WatchState] = DutySpec(
    kind="watch-report", name="reports", command="report", every=lambda _facts: Every(working_days=5),
    owner=lambda state: state.case.responsible or "", title=lambda _state: N_("Report"), lead=lambda _facts: 2,
)  # fmt: skip


def open_(ctx: Wire, _payload: Nothing) -> None:
    now = ctx.facts.now
    ctx.add(WatchOpened(requester=ctx.command.actor, title=N_("A watch"), unit="dev", at=now))
    begin(REPORTS, ctx)


def report(ctx: Wire, _payload: Nothing) -> None:
    met(REPORTS, ctx)


def finish(ctx: Wire, _payload: Nothing) -> None:
    end(REPORTS, ctx)
    holding = RoleHolding(role="watcher", person=ctx.command.actor, unit="dev")
    ask_record(ctx, "organisation", [RoleGranted(holding=holding, effective=ctx.facts.now.date())], about="watcher")


def recorded(ctx: Wire, _event: Recorded) -> None:
    close(ctx, status=Status.APPROVED, reason="it is recorded")


def warn(ctx: Wire, _event: DutyMissed) -> None:
    if ctx.state.reports.missed == 2:
        close(ctx, status=Status.EXPIRED, reason="two reports in a row did not come")


def stage(state: WatchState) -> str:
    if state.recording.waits:
        return Stage.RECORDING
    return Stage.RED if state.reports.missed else Stage.WATCHING


DEFINITION: Definition[WatchState] = Definition(
    name="watch",
    state=WatchState,
    stages=Stage,
    includes=(duty(REPORTS), recording()),
    events=(WatchOpened,),
    on=(Reaction(Recorded, recorded), Reaction(DutyMissed, warn)),
    stage=stage,
    ways=(("watching", "red", "a report did not come"), ("red", "expired", "another one did not come"),
          ("recording", "approved", "the record holds it")),
    commands=(
        CommandSpec(name="watch", payload=Nothing, by=(CaseRole.EMPLOYEE,), rule=open_, opens=True,
                    to=frozenset({"watching"}), label=N_("watch"), help=N_("Watches.")),
        CommandSpec(name="report", payload=Nothing, by=(CaseRole.REQUESTER,), rule=report,
                    when=frozenset({"watching", "red"}), to=frozenset({"watching"}), label=N_("report"),
                    help=N_("Reports.")),
        CommandSpec(name="finish", payload=Nothing, by=(CaseRole.REQUESTER,), rule=finish, to=frozenset({"recording"}),
                    when=frozenset({"watching", "red"}), label=N_("finish"), help=N_("Ends it.")),
    ),
)  # fmt: skip
WATCH = process_of(DEFINITION)
Play = Scenario[WatchState]


def watching() -> Play:
    facts = Facts(now=MONDAY, organisation=company(), policy=policy())
    return Scenario(WATCH, facts, "watch-1").when("watch", by="e4")
