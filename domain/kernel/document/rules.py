"""The rules of a document: begin, submit, amend, send again."""

from collections.abc import Callable
from types import NoneType
from typing import Any, get_args

from domain.kernel.cases.case import Status
from domain.kernel.deciding import approval
from domain.kernel.decision_context import DecisionContext
from domain.kernel.document.spec import C, DocumentSpec
from domain.kernel.errors import Refused
from domain.kernel.value import Value
from domain.kernel.values.content import Content

Rule = Callable[[DecisionContext[Any], Any], None]


def begin(spec: DocumentSpec[C]) -> Rule:
    def rule(ctx: DecisionContext[Any], payload: Value) -> None:
        facts, requester = ctx.facts, ctx.command.actor
        content = spec.made_from(payload, facts)
        spec.check(facts, content, requester)
        ctx.add(
            spec.drafted(
                requester=requester,
                title=spec.title(content),
                unit=spec.unit(facts, content),
                subjects=spec.subjects(facts, content),
                at=facts.now,
                content=content,
                **spec.beside(facts, content),
            )
        )
        if not getattr(payload, "draft", False):
            approval.open_review(ctx, spec.name, spec.route(content), _submission(spec, ctx))

    return rule


def submit(spec: DocumentSpec[C]) -> Rule:
    def rule(ctx: DecisionContext[Any], _payload: Value) -> None:
        content = spec.of(ctx.state).the_content
        spec.check(ctx.facts, content, ctx.case.requester or "")
        approval.open_review(ctx, spec.name, spec.route(content), _submission(spec, ctx))

    return rule


def amend(spec: DocumentSpec[C]) -> Rule:
    """A draft or a returned document is edited; in approval the kernel says which decisions still count (KRN-14)."""

    def rule(ctx: DecisionContext[Any], payload: Value) -> None:
        if not _amend(spec, ctx, payload):
            raise Refused("nothing-changed", "These values are the same as before; change at least one.")
        review = ctx.case.reviews.get(spec.name)
        if review is not None and review.status in (Status.IN_REVIEW, Status.APPROVED):
            approval.change(ctx, spec.name, _submission(spec, ctx))

    return rule


def resubmit(spec: DocumentSpec[C]) -> Rule:
    def rule(ctx: DecisionContext[Any], payload: Value) -> None:
        _amend(spec, ctx, payload)
        approval.resubmit(ctx, spec.name, _submission(spec, ctx))

    return rule


def _amend(spec: DocumentSpec[C], ctx: DecisionContext[Any], payload: Value) -> bool:
    """Records the amendment; False if nothing would change. Null takes back only what the content may lack."""
    old = spec.of(ctx.state).the_content
    given = {name: getattr(payload, name) for name in payload.model_fields_set if name in spec.content.model_fields}
    given = {name: value for name, value in given.items() if value is not None or _may_lack(spec, name)}
    new = spec.content.model_validate({**dict(old), **given})
    changed = tuple(name for name in spec.content.model_fields if getattr(new, name) != getattr(old, name))
    if not changed:
        return False
    spec.check_change(ctx.facts, old, new)
    spec.check(ctx.facts, new, ctx.case.requester or "")
    ctx.add(
        spec.amended(
            title=spec.title(new),
            unit=spec.unit(ctx.facts, new),
            subjects=spec.subjects(ctx.facts, new),
            content=new,
            changed=changed,
            by=ctx.command.actor,
            **spec.beside(ctx.facts, new),
        )
    )
    return True


def _may_lack(spec: DocumentSpec[C], name: str) -> bool:
    return NoneType in get_args(spec.content.model_fields[name].annotation)


def _submission(spec: DocumentSpec[C], ctx: DecisionContext[Any]) -> Content:
    return spec.submission(ctx.facts, spec.of(ctx.state).the_content, ctx.case.requester or "")
