"""Before a new policy or a new version of the programs counts: what becomes of the cases under way (LOG-03).

Nothing is recorded. Open cases keep the policy that they were submitted under; what is told of a policy holds for the
day on which they are submitted anew. What is told of the programs holds at once: where a case stands is folded from its
events by whatever runs.
"""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import readmodels
from activities.record_cache import policy_book
from application.administration import office
from application.files.policy import read_policy
from application.queries.trial import BATCH, Past, TrialViewer, log_so_far
from application.services import Services
from application.visibility import policy_viewer
from domain.kernel.cases.case import Case, Status
from domain.kernel.policy import Policy
from domain.kernel.process import Process
from domain.kernel.routing.trial import Rerouted, StepChange, tried
from domain.kernel.value import Value
from domain.organisation.policy_needs import Needs


class LostDecision(Value):
    """A decision of the round under way that would have to be given again."""

    step: str
    by: str
    outcome: str


class Touched(Value):
    """An open case that something changes for. `shown` is its stage by the views, `stage` by these programs."""

    case: str
    process: str
    stage: str
    shown: str | None
    policy: int | None = None
    review: str | None = None
    changes: tuple[StepChange, ...] = ()
    refused: str | None = None
    lost: tuple[LostDecision, ...] = ()


class Impact(Value):
    """`unreadable` are cases with events that these programs cannot fold. `back` says how it is undone."""

    open: int
    touched: tuple[Touched, ...]
    unreadable: tuple[str, ...]
    back: str


async def impact(
    services: Services, path: Path | None, needs: Mapping[str, Needs], *, today: date, now: datetime, reader: str | None
) -> Impact:
    """What the policy of a file would change for open cases (LOG-03); without one, what these programs see otherwise
    than the views that were built before. Raises Refused `bad-file`, `bad-policy`.
    """
    policy = None if path is None else await office.check_policy(services, read_policy(path), needs, today=today)
    await services.fresh()
    past, viewpoints = Past(services.processes), TrialViewer()
    known: Mapping[str, str] = {}
    if reader is not None:
        viewpoints = TrialViewer(await policy_viewer(services, reader), services.processes)
    async with services.pool.acquire() as conn:
        async for events, known in log_so_far(conn, batch=BATCH):
            for stored in events:
                past.take(stored, known[stored.stream])
        standing = dict(past.standing())
        await viewpoints.look_at(conn, {*standing, *past.unreadable})
        rows = await readmodels.cases_named(conn, sorted(standing), now=now)
        in_force = max((await policy_book().read(conn)).versions, default=0)
    seen = {case: state for case, state in standing.items() if viewpoints.see(case)}
    found = []
    for case, state in seen.items():
        process = services.processes[known[case]]
        shown = rows[case].stage if case in rows else None
        found += [one for one in _touched(past, process, state, policy, shown, now) if _tells(one)]
    return Impact(
        open=len(seen), touched=tuple(found), unreadable=tuple(sorted(c for c in past.unreadable if viewpoints.see(c))),
        back=_back(policy, in_force),
    )  # fmt: skip


def _tells(one: Touched) -> bool:
    return one.review is not None or (one.shown is not None and one.shown != one.stage)


def _back(policy: Policy | None, in_force: int) -> str:
    if policy is None:
        return "Start the programs of before again: nothing was recorded, and the log is theirs too."
    return f"Publish the file of version {in_force} again: it becomes the next version, for submissions from then on."


def _touched(
    past: Past, process: Process[Any], state: Any, policy: Policy | None, shown: str | None, now: datetime
) -> list[Touched]:
    case, stage = process.case(state), process.stage(state)
    stands = Touched(case=case.id, process=process.name, stage=stage, shown=shown, policy=case.policy)
    if policy is None:
        return [stands]
    found = []
    for review in case.reviews.values():
        if review.status is not Status.IN_REVIEW:
            continue
        other = tried(past.now_submitted(process, state, review, now), policy)
        if other is not None and other.refused_before is None:
            found.append(stands.model_copy(update=_changed(case, other)))
    return found


def _changed(case: Case, other: Rerouted) -> dict[str, Any]:
    review = case.reviews[other.review]
    gone = {change.step for change in other.changes if change.what in ("disappears", "people", "quorum")}
    lost = tuple(
        LostDecision(step=one.step, by=one.on_behalf_of or one.actor, outcome=one.outcome)
        for one in review.decisions
        if other.refused_after is not None or one.step in gone
    )
    refused = other.refused_after.message if other.refused_after else None
    return {"review": other.review, "changes": other.changes, "refused": refused, "lost": lost}
