"""What another policy would have done to a past submission: the resolver of the real run, asked twice (KRN-41).

Pure. `application/queries/trial.py` brings the submissions with the organisation of their day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from domain.kernel.cases.case import Case, Review
from domain.kernel.effects import HeldClaim
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.policy import Policy, Step
from domain.kernel.routing.authority import latest_by_stream, request_key
from domain.kernel.routing.route import PreviewStep, preview, route_of
from domain.kernel.value import Value
from domain.kernel.values.content import Content

What = Literal["appears", "disappears", "stuck", "freed", "people", "quorum", "order"]
"""`stuck`: only the tried policy finds nobody; `freed`: only the old one did. `order`: the step comes at another place,
or beside other steps."""


@dataclass(frozen=True)
class Submission:
    """One round of a review as it was submitted: the case just then, and what its people were found from.

    `facts` hold the organisation and the claims of that instant, and the policy version the case ran with.
    """

    case: Case
    review: Review
    facts: Facts


class StepChange(Value):
    """What is different about one step. `before` or `after` is None where the step is on one side only."""

    step: str
    title: str
    what: What
    before: PreviewStep | None = None
    after: PreviewStep | None = None


class Refusal(Value):
    """Why a policy takes no submission like this at all."""

    code: str
    message: str


class Rerouted(Value):
    """A submission that would have gone another way. `at` is when it was submitted (UTC), `policy` what it ran with."""

    case: str
    process: str
    review: str
    route: str
    round: int
    at: datetime
    policy: int
    changes: tuple[StepChange, ...] = ()
    refused_before: Refusal | None = None
    refused_after: Refusal | None = None


def tried(submission: Submission, policy: Policy) -> Rerouted | None:
    """How `policy` would have routed the submission, or None if it would have gone the same way."""
    before, after = routed(submission, submission.facts.policy), routed(submission, policy)
    refused_before = before if isinstance(before, Refusal) else None
    refused_after = after if isinstance(after, Refusal) else None
    changes = _changes(_steps(before), _steps(after))
    if refused_before == refused_after and not changes:
        return None
    return Rerouted(
        case=submission.case.id,
        process=submission.case.process,
        review=submission.review.id,
        route=submission.review.route,
        round=submission.review.round,
        at=submission.facts.now,
        policy=submission.facts.policy.version,
        changes=changes if refused_before is None and refused_after is None else (),
        refused_before=refused_before,
        refused_after=refused_after,
    )


def routed(submission: Submission, policy: Policy) -> Sequence[PreviewStep] | Refusal:
    """The steps and people of a submission under `policy`, each decided by whoever alone is asked."""
    content = content_of(submission.review)
    try:
        route = route_of(policy, submission.case.process, submission.review.route)
        claims = _claims(submission, content, route.steps, timedelta(days=policy.splitting.days))
        facts = submission.facts.model_copy(update={"policy": policy, "claims": claims})
        return preview(content, route, facts, case=submission.case)
    except Refused as refused:
        return Refusal(code=refused.code, message=refused.message)


def content_of(review: Review) -> Content:
    """The content of a submitted review. The log keeps hashes of material fields and the data that routes look at."""
    return Content(
        requester=review.requester,
        unit=review.unit,
        material={name: review.data.get(name) for name in review.fields},
        data=dict(review.data),
        amount=review.amount,
        excluded=review.excluded,
    )


def _claims(
    submission: Submission, content: Content, steps: Sequence[Step], window: timedelta
) -> tuple[HeldClaim, ...]:
    """Only the requests that are added up with this one (KRN-05): of years of them, those of the policy's days."""
    keys = {request_key(content, step.authority.category) for step in steps if step.authority}
    held = [each for each in submission.facts.claims if each.claim.key in keys]
    own = [each.since for each in held if each.stream == submission.case.id]
    oldest, newest = min(own, default=submission.facts.now) - window, latest_by_stream(held)
    return tuple(each for each in held if newest[each.stream] >= oldest)


def _steps(found: Sequence[PreviewStep] | Refusal) -> dict[str, PreviewStep]:
    return {} if isinstance(found, Refusal) else {step.step: step for step in found}


def _changes(before: dict[str, PreviewStep], after: dict[str, PreviewStep]) -> tuple[StepChange, ...]:
    gone = [_change("disappears", before=step) for name, step in before.items() if name not in after]
    then, now = [name for name in before if name in after], [name for name in after if name in before]
    found = [
        _compared(before[name], step, moved=then.index(name) != now.index(name))
        if name in before
        else _change("appears", after=step)
        for name, step in after.items()
    ]
    return tuple(change for change in (*gone, *found) if change)


def _compared(before: PreviewStep, after: PreviewStep, *, moved: bool) -> StepChange | None:
    if (before.stuck is None) != (after.stuck is None):
        return _change("stuck" if after.stuck else "freed", before=before, after=after)
    if _people(before) != _people(after):
        return _change("people", before=before, after=after)
    if before.quorum != after.quorum:
        return _change("quorum", before=before, after=after)
    if moved or before.beside != after.beside:
        return _change("order", before=before, after=after)
    return None


def _people(step: PreviewStep) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(step.assignees), frozenset(step.veto)


def _change(
    what: What,
    *,
    before: PreviewStep | None = None,
    after: PreviewStep | None = None,
) -> StepChange:
    known = after or before
    assert known is not None
    return StepChange(step=known.step, title=known.title, what=what, before=before, after=after)
