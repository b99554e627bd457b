"""The process `coordination`: one department asks another, which promises a day and delivers."""

from collections.abc import Callable
from typing import Any

from domain.direction.coordination import around, rules
from domain.direction.coordination import commands as c
from domain.direction.coordination.effects import effects, needs
from domain.direction.coordination.events import EVENTS
from domain.direction.coordination.evolve import evolve
from domain.direction.coordination.links import claims
from domain.direction.coordination.report import REPORTS
from domain.direction.coordination.state import CoordinationState, Role, Stage
from domain.kernel.commands import Withdraw
from domain.kernel.definition import CommandSpec, Definition, Guard, RoleSpec, process_of
from domain.kernel.policy import Confidentiality, Secret
from domain.kernel.process import Process
from domain.kernel.routing.case_roles import CaseRole
from domain.kernel.showing.confidential import INVOLVED_WORDS
from domain.kernel.showing.task_sight import WHOLE
from domain.kernel.values.message import N_, Message

ENDS = frozenset({"cancelled"})
LIVE = frozenset(Stage) - {Stage.CANCELLING}
OPEN = LIVE - {Stage.DELIVERED}
ASKER, PROVIDER, TASK, SYSTEM = (CaseRole.REQUESTER,), (Role.PROVIDER,), (CaseRole.ASSIGNEE,), (CaseRole.SYSTEM,)
Row = CommandSpec[CoordinationState, Any]


def row(
    name: str,
    payload: type[Any],
    rule: Callable[..., None],
    by: tuple[Any, ...],
    label: Message,
    says: Message,
    *,
    when: frozenset[Stage] | None = None,
    to: frozenset[str] = frozenset(),
    opens: bool = False,
) -> Row:
    return CommandSpec(
        name=name, payload=payload, rule=rule, by=by, label=label, help=says, when=when, to=to, opens=opens
    )  # fmt: skip


COMMANDS: tuple[Row, ...] = (
    row(
        "ask-department", c.AskDepartment, rules.ask_department, (CaseRole.EMPLOYEE,), N_("ask a department"),
        N_("Asks a person of another department for something until a day. They answer within two working days."),
        to=frozenset({Stage.ASKED}), opens=True,
    ),
    row(
        "open-part", c.OpenPart, rules.open_part, SYSTEM, N_("open a part"), N_("A whole asks for one of its parts."),
        to=frozenset({Stage.ASKED}), opens=True,
    ),
    row(
        "answer-request", c.AnswerRequest, rules.answer_request, TASK, N_("answer"),
        N_("Accepts the request, proposes another day, or declines with a reason."), when=frozenset({Stage.ASKED}),
        to=frozenset({Stage.ACCEPTED, Stage.COUNTERED, Stage.DECLINED}),
    ),
    row(
        "answer-counter", c.AnswerCounter, rules.answer_counter, TASK, N_("answer the proposal"),
        N_("Agrees to the proposed day, or insists on the own one."), when=frozenset({Stage.COUNTERED}),
        to=frozenset({Stage.ACCEPTED, Stage.ASKED}),
    ),
    row(
        "answer-escalation", c.AnswerEscalation, around.answer_escalation, TASK, N_("answer the escalation"),
        N_("The heads ask the department again, end the request for good, or wait."),
        when=frozenset({Stage.ASKED, Stage.DECLINED}), to=frozenset({Stage.ASKED, Stage.CANCELLING, "rejected"}),
    ),
    row(
        "promise-date", c.PromiseDate, rules.promise_date, PROVIDER, N_("promise a day"),
        N_("Promises a day, or another one with a reason. Earlier promises stay on record."),
        when=frozenset({Stage.ACCEPTED, Stage.PROMISED, Stage.IN_WORK}), to=frozenset({Stage.PROMISED}),
    ),
    row(
        "begin-work", c.BeginWork, rules.begin_work, PROVIDER, N_("begin"), N_("Says that the work has begun."),
        when=frozenset({Stage.PROMISED}), to=frozenset({Stage.IN_WORK}),
    ),
    row(
        "deliver-result", c.Deliver, rules.deliver, TASK, N_("deliver"),
        N_("Says what was delivered. The asker accepts or refuses it. A whole waits for its parts."),
        when=frozenset({Stage.PROMISED, Stage.IN_WORK}), to=frozenset({Stage.DELIVERED}),
    ),
    row(
        "answer-delivery", c.AnswerDelivery, rules.answer_delivery, TASK, N_("accept or refuse"),
        N_("Accepts what was delivered, which closes the request, or refuses it with a reason."),
        when=frozenset({Stage.DELIVERED}), to=frozenset({"approved", Stage.IN_WORK}),
    ),
    row(
        "hand-on", c.HandOn, rules.hand_on, PROVIDER, N_("hand on"),
        N_("Hands it on to another department: the promise ends, and somebody there answers anew."),
        when=frozenset({Stage.ASKED, Stage.ACCEPTED, Stage.PROMISED, Stage.IN_WORK}), to=frozenset({Stage.ASKED}),
    ),
    row(
        "cancel-request", c.CancelRequest, around.cancel_request, ASKER, N_("cancel the request"),
        N_("Cancels it with its parts for good. Each department that accepted says what it spent."), when=LIVE,
        to=frozenset({Stage.CANCELLING, "cancelled"}),
    ),
    row(
        "say-spent", c.SaySpent, around.say_spent, TASK, N_("say what was spent"),
        N_("Says how many hours a department spent on a request that was cancelled."),
        when=frozenset({Stage.CANCELLING}), to=ENDS,
    ),
    row(
        "add-part", c.AddPart, around.add_part, PROVIDER, N_("ask for a part"),
        N_("Asks another department for a part. The whole waits for it, it never waits for the whole."),
        when=frozenset({Stage.ACCEPTED, Stage.PROMISED, Stage.IN_WORK}),
    ),
    row(
        "set-links", c.SetLinks, around.set_links, (CaseRole.REQUESTER, Role.PROVIDER), N_("set what it waits for"),
        N_("Names the projects, hires, budgets and requests it waits for. A circle is refused and shown."), when=OPEN,
    ),
    row(
        "note-part", c.NotePart, around.note_part, SYSTEM, N_("note a part"), N_("A part says its state and day."),
        to=ENDS,
    ),
    row(
        "note-whole-cancelled", c.NoteWholeCancelled, around.note_whole_cancelled, SYSTEM, N_("note the end"),
        N_("The whole was cancelled."), when=LIVE | {Stage.CANCELLING}, to=frozenset({Stage.CANCELLING, "cancelled"}),
    ),
    row(
        "note-effect", c.NoteLinkEffect, around.note_effect, SYSTEM, N_("note an effect"),
        N_("A case that this one waits for is later, or no longer."),
    ),
)  # fmt: skip
ROLES = (
    RoleSpec[CoordinationState](part=Role.PROVIDER, people=lambda state: (state.asked.person,) if state.asked else ()),
    RoleSpec[CoordinationState](part=Role.HEAD, people=lambda state: state.heads),
)
HIDDEN = Confidentiality(
    seen_by=(*INVOLVED_WORDS, "provider", "head"),
    others="exists",
    groups={
        "asker-note": Secret(fields=("asker-note",), seen_by=("requester", "line")),
        "provider-note": Secret(fields=("provider-note",), seen_by=("provider",)),
    },
)
"""What one side keeps to itself; the other sees state and day (CRD-05)."""
COORDINATION: Process[CoordinationState] = process_of(
    Definition(
        name="coordination",
        state=CoordinationState,
        stages=Stage,
        aside=frozenset({Stage.COUNTERED, Stage.DECLINED}),
        commands=COMMANDS,
        events=EVENTS,
        evolve=evolve,
        stage=lambda state: state.stage,
        guards=(Guard(Withdraw, around.refuse_withdrawal),),
        deadlines={rules.ACCEPTANCE: rules.acceptance_overdue},
        settle=around.settle,
        finish=around.tell_end,
        withdraws_from=frozenset(),
        effects=effects,
        claims=claims,
        needs=needs,
        roles=ROLES,
        reports=REPORTS,
        default=HIDDEN,
        tasks={
            **dict.fromkeys(("answer", "counter", "promise", "deliver", "receive", "escalation"), WHOLE),
            "spent": ("asked.title",),
        },
        parameters=rules.PARAMETERS,
        fields={"asker-note": ("asker_note",), "provider-note": ("provider_note",)},
    )
)
