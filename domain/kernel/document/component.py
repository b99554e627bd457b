"""What a process takes with one line to have a document: rows, fold, stages, what its end brings, forms, preview."""

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import Any

from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import ReviewEnded, ReviewRejected
from domain.kernel.decision_context import DecisionContext
from domain.kernel.definition.rows import CaseState, CommandSpec, Component, Reaction, Way
from domain.kernel.document.rules import Rule, amend, begin, resubmit, submit
from domain.kernel.document.shape import amendment_of, seen_of, submission_of
from domain.kernel.document.spec import WORDS, C, DocumentSpec, Standing, standing_of
from domain.kernel.events import Event
from domain.kernel.facts import Facts
from domain.kernel.handle import close
from domain.kernel.routing.case_roles import CaseRole
from domain.kernel.routing.route import PreviewStep, preview, route_of
from domain.kernel.showing.form_hints import Shown, mapping
from domain.kernel.value import Value
from domain.kernel.values.message import Message


def document(spec: DocumentSpec[C]) -> Component[Any]:
    """The component of a document: the commands to submit, amend and resubmit it, its fold, what its end brings."""
    amendment = amendment_of(spec)
    asked = {Standing.IN_APPROVAL, *spec.approved_as}
    rows = (
        _row(spec, "submit", submission_of(spec), submit(spec), {Standing.DRAFT}, {Standing.IN_APPROVAL}),
        _row(spec, "amend", amendment, amend(spec), spec.amend_in - (set() if spec.drafts else {Standing.DRAFT}), ()),
        _row(spec, "resubmit", amendment, resubmit(spec), {Standing.RETURNED}, asked),
    )
    seen = seen_of(spec)
    return Component(
        commands=rows if spec.drafts else rows[1:],
        events=(spec.drafted, spec.amended),
        evolve=_evolve(spec),
        on=(Reaction(ReviewRejected, _rejected(spec)), Reaction(ReviewEnded, _expired(spec))),
        stage=lambda state: standing_of(state.case, spec),
        ways=_ways(spec),
        routes=dict.fromkeys(spec.routes, seen),
        fields={name: (name,) for name in (*spec.content.model_fields, *spec.derived)},
        why=spec.why,
        preview=_preview(spec),
        present=_present(spec),
        problems=_problems(spec),
    )


def opening(
    spec: DocumentSpec[C],
    name: str,
    payload: type[Value],
    *,
    label: Message,
    help: Message,  # noqa: A002 - the name of the row's field
    by: tuple[StrEnum, ...] = (CaseRole.EMPLOYEE,),
) -> CommandSpec[Any, Any]:
    """The row of a command that opens a case with the document, and submits it unless it is kept as a draft."""
    to = {Standing.IN_APPROVAL.value, *({Standing.DRAFT.value} if "draft" in payload.model_fields else ())}
    return CommandSpec(
        name=name, payload=payload, by=by, rule=begin(spec), label=label, help=help, opens=True, to=frozenset(to)
    )


def _row(
    spec: DocumentSpec[C], verb: str, payload: type[Value], rule: Rule, when: Iterable[str], to: Iterable[str]
) -> CommandSpec[Any, Any]:
    label, words = WORDS[verb]
    return CommandSpec(
        name=f"{verb}-{spec.noun}", payload=payload, by=spec.editors, rule=rule, label=label, help=words,
        when=frozenset(map(str, when)), to=frozenset(map(str, to)),
    )  # fmt: skip


def _evolve(spec: DocumentSpec[C]) -> Callable[[Any, Event], Any]:
    def evolve(state: Value, event: Event) -> Value:
        assert isinstance(event, spec.drafted | spec.amended)
        document = spec.of(state).model_copy(update={"content": event.content})
        return state.model_copy(update={spec.name: document})

    return evolve


def _rejected(spec: DocumentSpec[C]) -> Callable[[DecisionContext[Any], ReviewRejected], None]:
    def rule(ctx: DecisionContext[Any], event: ReviewRejected) -> None:
        if event.review == spec.name:
            close(ctx, status=Status.REJECTED, reason=event.reason)

    return rule


def _expired(spec: DocumentSpec[C]) -> Callable[[DecisionContext[Any], ReviewEnded], None]:
    def rule(ctx: DecisionContext[Any], event: ReviewEnded) -> None:
        if event.review == spec.name and event.status is Status.EXPIRED:
            close(ctx, status=Status.EXPIRED, reason=event.reason)

    return rule


def _ways(spec: DocumentSpec[C]) -> tuple[Way, ...]:
    review, returned = Standing.IN_APPROVAL.value, Standing.RETURNED.value
    return (
        (review, returned, "decide: return"),
        *((review, end, "last approval") for end in sorted(spec.approved_as)),
        (review, Standing.REJECTED.value, "decide: reject"),
        (review, Standing.EXPIRED.value, "end of the ladder, if the policy says so"),
    )


def _preview(spec: DocumentSpec[C]) -> Callable[[str, Value, Facts, str], Sequence[PreviewStep]]:
    def foresee(process: str, payload: Value, facts: Facts, requester: str) -> Sequence[PreviewStep]:
        content = spec.made_from(payload, facts)
        spec.check(facts, content, requester)
        route = route_of(facts.policy, process, spec.route(content))
        return preview(spec.submission(facts, content, requester), route, facts)

    return foresee


def _present(spec: DocumentSpec[C]) -> Callable[[Shown, str, Shown], Shown]:
    names = {f"{verb}-{spec.noun}" for verb in ("amend", "resubmit")}

    def present(shown: Shown, command: str, _given: Shown) -> Shown:
        stands = mapping(shown, spec.name, "content") if command in names else {}
        return {name: stands[name] for name in spec.content.model_fields if name in stands}

    return present


def _problems(spec: DocumentSpec[C]) -> Callable[[type[CaseState]], Iterable[str]]:
    def problems(state: type[CaseState]) -> Iterable[str]:
        known = spec.content.model_fields.keys()
        if spec.name not in state.model_fields:
            yield f"the state {state.__name__} has no field {spec.name} for the document"
        for what, names in (
            ("material", spec.material),
            ("unseen", spec.unseen),
            ("fixed", spec.fixed),
            ("amount", set() if hasattr(spec.content, spec.amount or "") else {spec.amount} - {None}),
        ):
            lost = sorted(str(name) for name in names - known)
            yield from (f"the {what} field {name} of {spec.noun} is not in its content" for name in lost)
        if spec.material & spec.unseen:
            yield f"the material field {min(spec.material & spec.unseen)} of {spec.noun} is not seen by conditions"

    return problems
