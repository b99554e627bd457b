"""The process `review`: the performance of one person in one period, from goals to the answer (REV-01 to REV-13)."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from domain.kernel.cases.case_events import CaseClosed, ReviewApproved, ReviewEnded, ReviewRejected
from domain.kernel.cases.task_events import TaskReassigned
from domain.kernel.command import Command
from domain.kernel.commands import Decide, Reassign, Withdraw
from domain.kernel.cycle import member
from domain.kernel.decision_context import DecisionContext
from domain.kernel.definition import CommandSpec, Definition, Guard, Reaction, RoleSpec, process_of
from domain.kernel.effects import ClaimQuery, Effect, Notify
from domain.kernel.events import Event
from domain.kernel.facts import Facts
from domain.kernel.process import Process
from domain.kernel.routing.case_roles import KERNEL_ROLES, CaseRole
from domain.kernel.routing.eligibility import today_of
from domain.kernel.showing.form_hints import Shown, listing, mapping
from domain.kernel.value import Value
from domain.kernel.values.message import N_, Message
from domain.organisation.policy_needs import PolicyFields
from domain.people.review import agreeing, answering, flow, opening, peers, rating, step
from domain.people.review.agreeing import offers_made
from domain.people.review.events import EVENTS
from domain.people.review.people import follow_manager, refuse_reassignment
from domain.people.review.report import figures, milestones
from domain.people.review.state import (
    BEFORE_RELEASE,
    CALLED_OFF,
    INVOLVED,
    ReviewState,
    Role,
    Stage,
    evolve,
    people_of,
)
from domain.people.review.visibility import DEFAULT, FIELDS, TASKS, may_see, visible

GOAL_STAGES = frozenset({Stage.GOALS, Stage.SELF, Stage.PEERS})
FROM_MANAGER = frozenset({Stage.RATED, Stage.SECOND_LEVEL, Stage.SIGNED, Stage.CONVERSATION})
AFTER_CALIBRATION = frozenset({Stage.SECOND_LEVEL, Stage.SIGNED, Stage.CONVERSATION})
ENDED = frozenset({Stage.ACKNOWLEDGED, Stage.WINDOW, Stage.APPEAL})


def row(
    name: str, payload: Any, rule: Any, by: Sequence[StrEnum], label: Message, explained: Message, **more: Any
) -> CommandSpec[ReviewState, Any]:
    return CommandSpec(name=name, payload=payload, rule=rule, by=tuple(by), label=label, help=explained, **more)


def _holders(parameter: str) -> Callable[[ReviewState, Facts], Sequence[str]]:
    """Who holds a role of the policy for the unit today; nobody about themself."""

    def found(state: ReviewState, facts: Facts) -> Sequence[str]:
        if not state.person:
            return ()
        day = today_of(facts, state.person)
        held = facts.organisation.holders(step.PARAMETERS.text(facts, parameter), state.case.unit, day)
        return [person for person in held if person != state.person]

    return found


def settle(ctx: DecisionContext[ReviewState]) -> None:
    """Leaving ends it; another manager takes it over (REV-06, REV-08)."""
    if ctx.state.step is None:
        return
    answering.exempt_who_left(ctx)
    if ctx.case.closed is None:
        follow_manager(ctx)


def effects(before: ReviewState, event: Event, after: ReviewState) -> Sequence[Effect]:
    return [
        *offers_made(before, event, after),
        *peers.opening_effects(before, event, after),
        *answering.reopening_effects(before, event, after),
        *_told(event, after),
    ]


def _told(event: Event, after: ReviewState) -> list[Effect]:
    """The employee and the manager hear of the end at once, who opened it in a digest: a cycle has many."""
    if not isinstance(event, CaseClosed):
        return []
    about = N_("The review of {person} is over: {case}", person=after.person, case=after.case.id)
    requester = after.case.responsible or ""
    involved = tuple(dict.fromkeys(one for one in (after.person, after.manager) if one and one != requester))
    return [Notify(to=involved, about=about), Notify(to=(requester,), about=about, digest=True)]


def choices(shown: Shown) -> Mapping[str, Mapping[str, str]]:
    terms = mapping(shown, "terms")
    goals = mapping(shown, "goals")
    return {
        "review-part": {part["id"]: part["label"] for part in listing(terms, "parts")},
        "peer-question": {one["id"]: one["text"] for one in listing(terms, "questions")},
        "goal": {key: goal["text"] for key, goal in goals.items() if goal.get("state") == "open"},
    }


def needs(_state: ReviewState, _command: Command, payload: Value) -> Sequence[ClaimQuery]:
    link = payload.cycle if isinstance(payload, opening.BeginReview) else None
    return [ClaimQuery(kind=CALLED_OFF, key=link.cycle)] if link else []


COMMANDS = (
    row("open-review", opening.OpenReview, opening.open_single, (CaseRole.EMPLOYEE,), N_("open a review"),
        N_("Opens the review of one person outside a cycle: of a joiner, or one that is made again."),
        opens=True, to=frozenset({Stage.GOALS, Stage.MANAGER})),
    row("begin-review", opening.BeginReview, opening.begin, (CaseRole.SYSTEM,), N_("begin"),
        N_("A cycle, or an appeal that was allowed, begins the review."),
        opens=True, to=frozenset({Stage.GOALS, Stage.MANAGER, Stage.EXEMPT, Stage.CALLED_OFF})),
    row("propose-goals", agreeing.ProposeGoals, agreeing.propose, (CaseRole.SUBJECT, Role.REVIEWER),
        N_("propose goals"), N_("Proposes goals, changes or drops. They count once the other of the two has agreed."),
        when=GOAL_STAGES),
    row("answer-goals", agreeing.AnswerGoals, agreeing.answer, (CaseRole.ASSIGNEE,), N_("answer the proposal"),
        N_("Agrees to what was proposed, or says why not. Without agreement all goals stay as they are."),
        when=GOAL_STAGES),
    row("hand-down-goal", agreeing.HandDownGoal, agreeing.hand_down, (CaseRole.SUBJECT,), N_("hand a goal down"),
        N_("Offers one of your goals to somebody who reports to you, as a copy with a link."), when=GOAL_STAGES),
    row("offer-goal", agreeing.OfferGoal, agreeing.offer, (CaseRole.SYSTEM,), N_("offer a goal"),
        N_("The review above offers a goal, or its change."), when=GOAL_STAGES),
    row("answer-offer", agreeing.AnswerOffer, agreeing.answer_offer, (CaseRole.ASSIGNEE,), N_("answer the offer"),
        N_("Takes up the goal that was offered, or leaves it."), when=GOAL_STAGES),
    row("assess-self", peers.AssessSelf, peers.assess_self, (CaseRole.ASSIGNEE,), N_("assess yourself"),
        N_("You rate yourself and say whom to ask. Your manager sees it; what you leave out has no weight."),
        when=frozenset({Stage.SELF}), to=frozenset({Stage.PEERS, Stage.MANAGER})),
    row("choose-peers", peers.ChoosePeers, peers.choose, (CaseRole.ASSIGNEE,), N_("choose peers"),
        N_("Says who is asked about the employee: at least three, or nobody."),
        when=frozenset({Stage.PEERS}), to=frozenset({Stage.MANAGER})),
    row("give-feedback", peers.GiveFeedback, peers.give, (CaseRole.ASSIGNEE,), N_("answer a question"),
        N_("Nobody learns what you wrote: it is shown, without names, if three answered the question."),
        when=frozenset({Stage.PEERS}), to=frozenset({Stage.MANAGER})),
    row("finish-feedback", peers.FinishFeedback, peers.finish, (CaseRole.ASKED,), N_("leave the rest"),
        N_("Leaves the questions that you have not answered."),
        when=frozenset({Stage.PEERS}), to=frozenset({Stage.MANAGER})),
    row("note-feedback", peers.NoteFeedback, peers.note, (CaseRole.SYSTEM,), N_("feedback opened"),
        N_("What peers wrote, without its givers.")),
    row("ask-contribution", rating.AskContribution, rating.ask_contribution, (Role.REVIEWER,), N_("ask for a word"),
        N_("Asks somebody who worked with the employee for a word under their name."),
        when=frozenset({Stage.MANAGER})),
    row("contribute", rating.Contribute, rating.contribute, (CaseRole.ASSIGNEE,), N_("contribute"),
        N_("Says how the employee worked while you were their manager."), when=frozenset({Stage.MANAGER})),
    row("rate-performance", rating.RatePerformance, rating.rate, (CaseRole.ASSIGNEE,), N_("rate"),
        N_("Rates the parts of the form, and says what became of each goal. A part left out has no weight."),
        when=frozenset({Stage.MANAGER}), to=FROM_MANAGER),
    row("calibrate", rating.Calibrate, rating.calibrate, (Role.CHAIR,), N_("change the rating"),
        N_("Changes the rating in the calibration of the unit. Old and new rating stay in the case with your reason."),
        when=frozenset({Stage.RATED})),
    row("note-calibrated", rating.Nothing, rating.fix, (CaseRole.SYSTEM,), N_("unit calibrated"),
        N_("The whole unit is calibrated."), when=frozenset({Stage.RATED}), to=AFTER_CALIBRATION),
    row("sign-review", rating.SignReview, rating.sign, (CaseRole.ASSIGNEE,), N_("sign"),
        N_("Signs as the second level. It goes to the employee once the whole unit is through."),
        when=frozenset({Stage.SECOND_LEVEL}), to=frozenset({Stage.SIGNED, Stage.CONVERSATION})),
    row("release-review", rating.Nothing, rating.release, (CaseRole.SYSTEM,), N_("release"),
        N_("The whole unit is signed: the employee sees the review."), when=frozenset({Stage.SIGNED}),
        to=frozenset({Stage.CONVERSATION})),
    row("hold-conversation", answering.HoldConversation, answering.hold_conversation, (CaseRole.ASSIGNEE,),
        N_("conversation held"), N_("Says when you talked about the review. From then on the employee can answer."),
        when=frozenset({Stage.CONVERSATION}), to=frozenset({Stage.ACKNOWLEDGEMENT})),
    row("acknowledge", answering.Acknowledge, answering.acknowledge, (CaseRole.ASSIGNEE,), N_("answer"),
        N_("Answers your review: acknowledged, refused, or an objection, which second level and HR hear."),
        when=frozenset({Stage.ACKNOWLEDGEMENT}), to=ENDED),
    row("object", answering.ObjectReview, answering.object_later, (CaseRole.SUBJECT,), N_("object"),
        N_("Second level and HR hear your objection. If they allow it, the review is made again by somebody else."),
        when=frozenset({Stage.WINDOW}), to=frozenset({Stage.APPEAL})),
    row("exempt-review", answering.ExemptReview, answering.exempt, (CaseRole.REQUESTER, Role.HR), N_("exempt"),
        N_("Ends the review without a rating, because of long absence or leaving. It cannot be opened again."),
        when=BEFORE_RELEASE, to=frozenset({Stage.EXEMPT})),
    row("call-off-review", answering.CallOff, answering.call_off, (CaseRole.SYSTEM,), N_("call off"),
        N_("The cycle is called off."), to=frozenset({Stage.CALLED_OFF})),
)  # fmt: skip

REVIEW: Process[ReviewState] = process_of(
    Definition(
        name="review",
        state=ReviewState,
        stages=Stage,
        aside=frozenset(
            {
                Stage.WINDOW,
                Stage.APPEAL,
                Stage.OBJECTED,
                Stage.OVERTURNED,
                Stage.REFUSED,
                Stage.NO_RESPONSE,
                Stage.EXEMPT,
            }
        ),
        includes=(member(step.MEMBER),),
        commands=COMMANDS,
        events=EVENTS,
        folds=(TaskReassigned,),
        evolve=evolve,
        stage=lambda state: state.step,
        outcome=lambda state: state.outcome,
        ways=(
            (Stage.GOALS, Stage.SELF, "the assessment begins"),
            (Stage.SELF, Stage.PEERS, "silence"),
            (Stage.SELF, Stage.MANAGER, "silence"),
            (Stage.PEERS, Stage.MANAGER, "silence"),
            (Stage.ACKNOWLEDGEMENT, Stage.WINDOW, "silence"),
            (Stage.WINDOW, Stage.NO_RESPONSE, "nothing came in time"),
            (Stage.WINDOW, Stage.REFUSED, "nothing came in time"),
            (Stage.APPEAL, Stage.OVERTURNED, "last approval"),
            (Stage.APPEAL, Stage.OBJECTED, "decide reject"),
            *((step, Stage.EXEMPT, "the employee left") for step in sorted(BEFORE_RELEASE)),
        ),
        roles=(
            RoleSpec(part=Role.REVIEWER, people=lambda state: people_of(Role.REVIEWER, state)),
            RoleSpec(part=Role.SECOND_LEVEL, people=lambda state: people_of(Role.SECOND_LEVEL, state)),
            RoleSpec(part=Role.CHAIR, holders=_holders("role_chair")),
            RoleSpec(part=Role.HR, holders=_holders("role_hr")),
        ),
        kernel_parts={**KERNEL_ROLES, "comment": INVOLVED, "attach": INVOLVED},
        on=(
            Reaction(ReviewApproved, answering.on_allowed),
            Reaction(ReviewRejected, answering.on_dismissed),
            Reaction(ReviewEnded, answering.on_dismissed),
        ),
        guards=(
            Guard(Decide, answering.refuse_return),
            Guard(Withdraw, answering.refuse_withdrawal),
            Guard(Reassign, refuse_reassignment),
        ),
        deadlines={
            step.ASSESSMENT: flow.on_assessment,
            step.STEP_OVER: flow.on_step_over,
            step.SILENCE: answering.on_silence,
            step.APPEAL_WINDOW: answering.on_window_over,
        },
        settle=settle,
        withdraws_from=frozenset(),
        effects=effects,
        needs=needs,
        parameters=step.DEFAULTS,
        routes={step.APPEAL_ROUTE: PolicyFields(material={"objection": "other"}, amount=False)},
        fields=FIELDS,
        tasks=TASKS,
        default=DEFAULT,
        visible=visible,
        may_see=may_see,
        milestones=milestones,
        figures=figures,
        choices=choices,
    )
)
