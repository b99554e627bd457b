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


def begin(tape: Wire, payload: c.DraftDescription | c.ReviseDescription) -> None:
    """Raises Refused `already-started`, `known-description`, `nothing-changed`, `past-day`, and those of `check`."""
    if tape.state.content is not None:
        raise Refused("already-started", "The case {case} was opened before; choose another id.", case=tape.case.id)
    content = content_from(payload, tape.facts)
    day = today_of(tape.facts, tape.command.actor)
    _check(tape.facts, content, payload.review_by, day)
    known = in_force(tape.facts.organisation, payload.description)
    tape.add(
        e.DescriptionBegun(
            requester=tape.command.actor,
            title=title(content),
            description=payload.description,
            content=content,
            review_by=payload.review_by,
            previous=known.version if known else None,
            differences=differences(known.description if known else None, content),
            holders=holders(tape.facts.organisation, content, day),
            at=tape.facts.now,
        )
    )
    if not payload.draft:
        _submit(tape)


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


def submit_description(tape: Wire, _payload: c.SubmitDescription) -> None:
    if REVIEW in tape.case.reviews:
        raise Refused("not-a-draft", "This version was submitted already; amend it instead.")
    day = today_of(tape.facts, tape.command.actor)
    _check(tape.facts, tape.state.the_content, tape.state.review_by, day)
    _submit(tape)


def amend_description(tape: Wire, payload: c.AmendDescription) -> None:
    """A draft or returned one is edited; in review the kernel says which decisions still count (KRN-14)."""
    review = tape.case.reviews.get(REVIEW)
    if review is not None and review.status not in (Status.IN_REVIEW, Status.RETURNED):
        raise Refused("decided", "This version was decided on; begin a new one instead of amending it.")
    if not _amend(tape, payload):
        raise Refused("nothing-changed", "These values are the same as before; change at least one.")
    if review is not None:
        ask_what_it_costs(tape)
    if review is not None and review.status is Status.IN_REVIEW:
        approval.change(tape, REVIEW, _content(tape))


def resubmit_description(tape: Wire, payload: c.ResubmitDescription) -> None:
    review = tape.case.reviews.get(REVIEW)
    if review is None or review.status is not Status.RETURNED:
        raise Refused("not-returned", "Only what was returned can be resubmitted; amend it instead.")
    _amend(tape, payload)
    ask_what_it_costs(tape)
    approval.resubmit(tape, REVIEW, _content(tape))


def _submit(tape: Wire) -> None:
    tape.add(e.DescriptionSubmitted(at=tape.facts.now))
    ask_what_it_costs(tape)
    approval.open_review(tape, REVIEW, ROUTE, _content(tape))


def _amend(tape: Wire, payload: c.Amendment) -> bool:
    """Records the amendment; False if nothing would change. Raises Refused as `_check` does."""
    state, organisation = tape.state, tape.facts.organisation
    old, review_by = state.the_content, payload.review_by or state.review_by
    new = old.model_copy(update=payload.changes())
    names = (*changed(old, new), *(("review_by",) if review_by != state.review_by else ()))
    if not names:
        return False
    day = today_of(tape.facts, tape.command.actor)
    _check(tape.facts, new, payload.review_by, day)
    known = in_force(organisation, state.the_description)
    tape.add(
        e.DescriptionAmended(
            title=title(new),
            content=new,
            review_by=review_by,
            differences=differences(known.description if known else None, new),
            holders=holders(organisation, new, day),
            changed=names,
            by=tape.command.actor,
        )
    )
    return True


def _check(facts: Facts, content: Description, review_by: date | None, day: date) -> None:
    check(facts.organisation, content, day)
    refuse_past(review_by, day)


def refuse_past(review_by: date | None, day: date) -> None:
    if review_by is not None and review_by <= day:
        raise Refused("past-day", "The review date lies after {today}; choose a later day.", today=day.isoformat())


def _content(tape: Wire) -> Content:
    state = tape.state
    return content_of(
        tape.facts,
        state.the_description,
        state.the_content,
        requester=state.requester,
        day=today_of(tape.facts, state.requester),
        known=state.case.subjects,
    )
