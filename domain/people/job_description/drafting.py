"""Writing a version and having it reviewed: begin, submit, amend, resubmit, and what its approval brings (JOB-01)."""

from datetime import date

from domain.kernel.cases.case import Status
from domain.kernel.deciding import approval
from domain.kernel.deciding.approval import Content
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.routing.eligibility import today_of
from domain.organisation.jobs import Description
from domain.organisation.register import in_force, require_description
from domain.people.job_description import commands as c
from domain.people.job_description import events as e
from domain.people.job_description.content import changed, check, content_of, differences, holders, title
from domain.people.job_description.impact import ask_what_it_costs
from domain.people.job_description.lookups import Wire
from domain.people.job_description.state import REVIEW

ROUTE = "review"


def begin(ctx: Wire, payload: c.DraftDescription | c.ReviseDescription) -> None:
    """Raises Refused `already-started`, `known-description`, `nothing-changed`, `past-day`, and those of `check`."""
    if ctx.state.content is not None:
        raise Refused("already-started", "The case {case} was opened before; choose another id.", case=ctx.case.id)
    content = content_from(payload, ctx.facts)
    day = today_of(ctx.facts, ctx.command.actor)
    _check(ctx.facts, content, payload.review_by, day)
    known = in_force(ctx.facts.organisation, payload.description)
    ctx.add(
        e.DescriptionBegun(
            requester=ctx.command.actor,
            title=title(content),
            description=payload.description,
            content=content,
            review_by=payload.review_by,
            previous=known.version if known else None,
            differences=differences(known.description if known else None, content),
            holders=holders(ctx.facts.organisation, content, day),
            at=ctx.facts.now,
        )
    )
    if not payload.draft:
        _submit(ctx)


def content_from(payload: c.DraftDescription | c.ReviseDescription, facts: Facts) -> Description:
    """What `payload` asks for. Raises Refused `known-description`, `unknown-job-description`, `nothing-changed`."""
    organisation = facts.organisation
    if isinstance(payload, c.ReviseDescription):
        old = require_description(organisation, payload.description).description
        content = old.model_copy(update=payload.changes())
        if content == old:
            raise Refused("nothing-changed", "These values are the same as before; change at least one.")
        return content
    if in_force(organisation, payload.description):
        template = "{description} is in force already; begin a new version with revise-description."
        raise Refused("known-description", template, description=payload.description)
    return Description(**{name: getattr(payload, name) for name in Description.model_fields})


def submit_description(ctx: Wire, _payload: c.SubmitDescription) -> None:
    if REVIEW in ctx.case.reviews:
        raise Refused("not-a-draft", "This version was submitted already; amend it instead.")
    day = today_of(ctx.facts, ctx.command.actor)
    _check(ctx.facts, ctx.state.the_content, ctx.state.review_by, day)
    _submit(ctx)


def amend_description(ctx: Wire, payload: c.AmendDescription) -> None:
    """A draft or returned one is edited; in review the kernel says which decisions still count (KRN-14)."""
    review = ctx.case.reviews.get(REVIEW)
    if review is not None and review.status not in (Status.IN_REVIEW, Status.RETURNED):
        raise Refused("decided", "This version was decided on; begin a new one instead of amending it.")
    if not _amend(ctx, payload):
        raise Refused("nothing-changed", "These values are the same as before; change at least one.")
    if review is not None:
        ask_what_it_costs(ctx)
    if review is not None and review.status is Status.IN_REVIEW:
        approval.change(ctx, REVIEW, _content(ctx))


def resubmit_description(ctx: Wire, payload: c.ResubmitDescription) -> None:
    review = ctx.case.reviews.get(REVIEW)
    if review is None or review.status is not Status.RETURNED:
        raise Refused("not-returned", "Only what was returned can be resubmitted; amend it instead.")
    _amend(ctx, payload)
    ask_what_it_costs(ctx)
    approval.resubmit(ctx, REVIEW, _content(ctx))


def _submit(ctx: Wire) -> None:
    ctx.add(e.DescriptionSubmitted(at=ctx.facts.now))
    ask_what_it_costs(ctx)
    approval.open_review(ctx, REVIEW, ROUTE, _content(ctx))


def _amend(ctx: Wire, payload: c.Amendment) -> bool:
    """Records the amendment; False if nothing would change. Raises Refused as `_check` does."""
    state, organisation = ctx.state, ctx.facts.organisation
    old, review_by = state.the_content, payload.review_by or state.review_by
    new = old.model_copy(update=payload.changes())
    names = (*changed(old, new), *(("review_by",) if review_by != state.review_by else ()))
    if not names:
        return False
    day = today_of(ctx.facts, ctx.command.actor)
    _check(ctx.facts, new, payload.review_by, day)
    known = in_force(organisation, state.the_description)
    ctx.add(
        e.DescriptionAmended(
            title=title(new),
            content=new,
            review_by=review_by,
            differences=differences(known.description if known else None, new),
            holders=holders(organisation, new, day),
            changed=names,
            by=ctx.command.actor,
        )
    )
    return True


def _check(facts: Facts, content: Description, review_by: date | None, day: date) -> None:
    check(facts.organisation, content, day)
    refuse_past(review_by, day)


def refuse_past(review_by: date | None, day: date) -> None:
    if review_by is not None and review_by <= day:
        raise Refused("past-day", "The review date lies after {today}; choose a later day.", today=day.isoformat())


def _content(ctx: Wire) -> Content:
    state = ctx.state
    return content_of(
        ctx.facts,
        state.the_description,
        state.the_content,
        requester=state.requester,
        day=today_of(ctx.facts, state.requester),
        known=state.case.subjects,
    )
