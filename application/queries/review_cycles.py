"""A review cycle for its pages: progress by unit, and the reviews of one unit as they are calibrated (REV-09)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import readmodels
from application.queries.reports import not_your_report, organisation_at
from application.services import Services
from application.visibility import Folded, look_at, policy_viewer, visibilities
from domain.kernel.errors import Refused
from domain.kernel.value import Value
from domain.organisation.overseeing import overseen
from eventstore import log
from readmodels import Progress
from readmodels.fold import fold

CYCLE, REVIEW = "review_cycle", "review"
MOST = 200
"""Reviews of a unit on one page."""


class Rated(Value):
    """A review as the one who calibrates sees it. `before` is the manager's rating, `rating` the one of now."""

    case: str
    person: str
    manager: str
    stage: str
    before: str | None
    rating: str | None
    reasons: tuple[str, ...] = ()
    may_change: bool = False


async def progress(services: Services, cycle: str, reader: str) -> list[Progress]:
    """Of the units that the reader may see: all with a part in the cycle, else those that they oversee.

    Raises Refused `no-such-case`, `not-your-report` where that is none.
    """
    seen = (await visibilities(services, [cycle], reader))[cycle]
    organisation = await organisation_at(services, None)
    units = (
        None if seen.row == "case" else overseen(organisation, reader, organisation.day_of(reader, datetime.now(UTC)))
    )
    if seen.row == "nothing":
        raise readmodels.no_such_case(cycle)
    async with services.pool.acquire() as conn:
        rows = await readmodels.cycle_progress(conn, REVIEW, cycle, units)
    if units is not None and not rows:
        raise not_your_report()
    return rows


async def unit_reviews(services: Services, cycle: str, unit: str, reader: str) -> Sequence[Rated]:
    """The reviews of a unit that the reader sees, but their own, with what they may see of each."""
    await services.fresh()
    process, records = services.process(REVIEW), await services.records()
    seen_by = await policy_viewer(services, reader, records=records)
    async with services.pool.acquire() as conn:
        cases = await readmodels.cycle_children(conn, REVIEW, cycle, unit, limit=MOST)
        streams = await log.read_streams(conn, dict.fromkeys(cases, 0))
    found = []
    for case in cases:
        folded = fold(process, streams[case])[0]
        if folded is None:
            continue
        visible = look_at(Folded(process, folded.state, streams[case]), seen_by)
        if visible.sees_case and folded.state.person != reader:
            found.append(_rated(visible.described()))
    return found


def _rated(told: dict[str, Any]) -> Rated:
    state = told["state"]
    moves = state.get("calibrations")
    moves = moves if isinstance(moves, list) else []
    rating = state.get("rating")
    rating = rating if isinstance(rating, str) else None
    return Rated(
        case=told["case"], person=state.get("person", ""), manager=state.get("manager", ""), stage=str(told["stage"]),
        before=moves[0]["old"] if moves else rating, rating=rating,
        reasons=tuple(str(one["reason"]) for one in moves if isinstance(one.get("reason"), str)),
        may_change=state.get("step") == "rated" and not state.get("calibrated") and "calibrations" in state,
    )  # fmt: skip


def refuse_unknown(rows: Sequence[Rated], unit: str) -> None:
    """Raises Refused `no-such-reviews`."""
    if not rows:
        raise Refused("no-such-reviews", "You see no review of unit {unit} in this cycle.", unit=unit[:80])
