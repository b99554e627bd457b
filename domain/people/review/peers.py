"""Assessment by oneself and by peers, whose words are kept so that nobody learns who wrote what (REV-03, REV-12)."""

from typing import Annotated

from pydantic import Field

from domain.kernel.commands import TaskId
from domain.kernel.deciding import tasks
from domain.kernel.effects import Effect, OpenApart
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.routing.eligibility import today_of
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.kernel.values.reference import Reference
from domain.kernel.values.sealed import SealApart, Sealed, apart_key
from domain.people.review import flow, step
from domain.people.review.early_events import FeedbackClosed, FeedbackGiven, FeedbackOpened, PeersChosen, SelfAssessed
from domain.people.review.opening import PersonId
from domain.people.review.people import refuse_near
from domain.people.review.state import ReviewState
from domain.people.review.step import Ctx
from domain.people.review.terms import Mark, check_marks

Marks = Annotated[tuple[Mark, ...], Field(max_length=20)]
Peers = Annotated[tuple[PersonId, ...], Field(max_length=12)]


class AssessSelf(Value):
    """Rate yourself and say whom to ask. Your manager sees it; what you leave out has no weight."""

    task: TaskId
    marks: Marks = ()
    peers: Peers = ()


class ChoosePeers(Value):
    """Say who is asked about the employee: at least three, so that nobody can be told from their words; or nobody."""

    task: TaskId
    peers: Peers = ()


class GiveFeedback(Value):
    """Answer one question. Nobody learns what you wrote: it is shown, without names, if three answered the question.

    That you answered is in the case. It cannot be taken back.
    """

    task: TaskId
    question: Annotated[str, Field(max_length=40), Reference("peer-question", free=True)]
    text: Annotated[Sealed, SealApart("task")]


class FinishFeedback(Value):
    """Leave the questions that you have not answered."""

    task: TaskId


class NoteFeedback(Value):
    """Sent by the delivery: what peers wrote, by question, sorted."""

    texts: dict[str, tuple[str, ...]]


def assess_self(ctx: Ctx, payload: AssessSelf) -> None:
    """Raises Refused as `check_marks` and `check_peers` do."""
    step.own_word(ctx)
    step.done(ctx, payload.task, "self")
    check_marks(ctx.state.the_terms, payload.marks)
    check_peers(ctx, payload.peers)
    ctx.add(SelfAssessed(marks=payload.marks, peers=payload.peers, by=ctx.command.actor, at=ctx.facts.now))
    flow.begin_peers(ctx)


def choose(ctx: Ctx, payload: ChoosePeers) -> None:
    """Raises Refused `own-review`, `too-few-peers`, and as `check_peers` does."""
    refuse_near(ctx.facts, ctx.command.actor, ctx.state.person)
    step.done(ctx, payload.task, "choose-peers")
    check_peers(ctx, payload.peers)
    least = step.least_givers(ctx.facts)
    if payload.peers and len(payload.peers) < least:
        raise Refused("too-few-peers", "Name {least} peers at least, or none.", least=least)
    ctx.add(PeersChosen(peers=payload.peers, by=ctx.command.actor, at=ctx.facts.now))
    if not payload.peers:
        flow.begin_manager(ctx)
    for peer in payload.peers:
        step.ask(ctx, "feedback", N_("Say how you work with {person}", person=ctx.state.person), [peer],
                 command="give-feedback", days="peers_days", basis="peer", subject=peer)  # fmt: skip


def check_peers(ctx: Ctx, peers: tuple[str, ...]) -> None:
    """Raises Refused `peer-twice`, `peer-subject`, `peer-manager`, `unknown-person`."""
    state = ctx.state
    for peer in peers:
        if peers.count(peer) > 1:
            raise Refused("peer-twice", "{person} stands there twice.", person=peer)
        if peer == state.person:
            raise Refused("peer-subject", "{person} is the one under review; name others.", person=peer)
        if peer == state.manager:
            raise Refused("peer-manager", "{person} owns the review and rates anyway; name others.", person=peer)
        if not ctx.facts.organisation.works_here(peer, today_of(ctx.facts, peer)):
            raise Refused("unknown-person", "Nobody with the id {person} works here.", person=peer)


def give(ctx: Ctx, payload: GiveFeedback) -> None:
    """Raises Refused `unknown-question`, `answered-already`, `not-sealed`, and as `tasks.require` does.

    Only who was asked themself: a stand-in would be a second giver with one voice.
    """
    state, peer = ctx.state, require_own(ctx, payload.task)
    questions = [question.id for question in state.the_terms.questions]
    if payload.question not in questions:
        listed = ", ".join(questions)
        raise Refused("unknown-question", "There is no question {question}; there are: {known}.",
                      question=payload.question, known=listed)  # fmt: skip
    if payload.question in state.answered.get(peer, ()):
        raise Refused("answered-already", "You answered {question} already.", question=payload.question)
    if payload.text.subject != apart_key(ctx.case.id):
        raise Refused("not-sealed", "Feedback is given at a door of Signoff, which seals it.")
    ctx.add(FeedbackGiven(question=payload.question, sealed=payload.text.sealed, by=peer, at=ctx.facts.now))
    if set(questions) <= set(ctx.state.answered[peer]):
        _through(ctx, payload.task)


def require_own(ctx: Ctx, task: str) -> str:
    """Who was asked, if it is the actor. Raises Refused `not-your-task`, `other-task`, and as `tasks.require` does."""
    found = tasks.require(ctx, task)
    if found.kind != "feedback":
        raise Refused("other-task", "Task {task} is about something else; name the one for this.", task=task)
    if found.subject != ctx.command.actor:
        raise Refused("not-your-task", "Only {person} can answer for themself.", person=found.subject)
    return found.subject


def finish(ctx: Ctx, payload: FinishFeedback) -> None:
    require_own(ctx, payload.task)
    _through(ctx, payload.task)


def _through(ctx: Ctx, task: str) -> None:
    """The last of those asked ends the step."""
    step.done(ctx, task, "feedback")
    if not any(one.kind == "feedback" for one in ctx.case.tasks.values()):
        flow.begin_manager(ctx)


def note(ctx: Ctx, payload: NoteFeedback) -> None:
    """Counted once more as it was opened: what did not open is no answer (REV-03). A second word changes nothing."""
    least = step.least_givers(ctx.facts)
    texts = {question: tuple(sorted(texts)) for question, texts in payload.texts.items() if len(texts) >= least}
    if ctx.state.feedback_closed and not ctx.state.feedback and ctx.state.sealed:
        ctx.add(FeedbackOpened(texts=texts, at=ctx.facts.now))


def opening_effects(before: ReviewState, event: Event, after: ReviewState) -> list[Effect]:
    """Once feedback is closed, or the review ends before that, the key is used for the last time and destroyed."""
    if isinstance(event, FeedbackClosed):
        texts = {question: after.sealed[question] for question in event.opened}
        return [_open(after, texts)]
    ends = before.case.closed is None and after.case.closed is not None
    return [_open(after, {})] if ends and after.sealed and not after.feedback_closed else []


def _open(state: ReviewState, texts: dict[str, tuple[str, ...]]) -> Effect:
    return OpenApart(texts=texts, case=state.case.id, process="review", command="note-feedback")
