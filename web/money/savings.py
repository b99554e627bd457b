"""Savings against their promise: each with what was claimed, validated, and spent again; kinds kept apart (SAV-02)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import APIRouter, Request
from starlette.responses import Response

import readmodels
from application.queries.lines import sees_amounts
from application.services import Services
from application.visibility import PolicyViewer
from domain.kernel.fold import Fold
from domain.kernel.values.money import Money, total
from domain.money.saving.state import SavingState
from eventstore import log
from readmodels import CaseRow, Wanted
from web.identity.visitor import SignedIn
from web.languages import reader_language
from web.money.asked import surroundings
from web.money.words import line_name
from web.rendering import page
from web.services import Opened
from web.staff.surroundings import zone_in

router = APIRouter(include_in_schema=False)
MOST = 300


@dataclass(frozen=True)
class SavingShown:
    """All amounts are net of the cost of getting there. `claimed` waits for finance; None is nothing yet."""

    row: CaseRow
    state: SavingState

    @property
    def promised(self) -> Money:
        return self.state.content.net

    @property
    def claimed(self) -> Money | None:
        return self.state.achieved.net if self.state.achieved and not self.state.validated else None

    @property
    def validated(self) -> Money | None:
        return self.state.achieved.net if self.state.achieved and self.state.validated else None

    @property
    def leaked(self) -> Money | None:
        return self.state.leaked if self.state.leaks else None


@dataclass(frozen=True)
class KindShown:
    """One kind and recurrence in a currency: never added up with another."""

    kind: str
    recurrence: str
    cases: Sequence[SavingShown]
    promised: Money
    claimed: Money
    validated: Money
    leaked: Money


@router.get("/money/savings")
async def savings(request: Request, services: Opened, visitor: SignedIn) -> Response:
    organisation, seen = await surroundings(services, visitor)
    language = reader_language(request)
    rows = await _rows(services, seen.viewer)
    people = {person for row in rows for person in row.waiting_on} & organisation.people.keys()
    told = {
        "kinds": list(_kinds(await _folded(services, rows))), "zone": zone_in(organisation, visitor.person),
        "names": await services.people.names(sorted(people), language), "full": len(rows) >= MOST, "most": MOST,
        "lines": {id_: line_name(line, language) for id_, line in organisation.budget_lines.items()},
    }  # fmt: skip
    return page(request, "money/savings.html", told)


async def _rows(services: Services, viewer: PolicyViewer) -> list[CaseRow]:
    """The newest that the reader sees with their amounts."""
    await services.fresh()
    async with services.pool.acquire() as conn:
        rows = await readmodels.cases(conn, Wanted(process="saving"), now=datetime.now(UTC), limit=2_000)
    return [row for row in rows if sees_amounts(viewer, row)][:MOST]


async def _folded(services: Services, rows: Sequence[CaseRow]) -> list[SavingShown]:
    async with services.pool.acquire() as conn:
        streams = await log.read_streams(conn, dict.fromkeys((row.case for row in rows), 0))
    found = []
    for row in rows:
        fold: Fold[SavingState] = Fold(services.process("saving"), row.case)
        fold.apply(streams.get(row.case, ()))
        if fold.state.document.content is not None:
            found.append(SavingShown(row, fold.state))
    return found


def _kinds(cases: Iterable[SavingShown]) -> Iterable[KindShown]:
    """The sums are of what was agreed, as in the report; what is not agreed yet stands in its list."""
    grouped: dict[tuple[str, str, str], list[SavingShown]] = defaultdict(list)
    for case in cases:
        content = case.state.content
        grouped[content.kind, content.recurrence, content.amount.currency].append(case)
    for (kind, recurrence, currency), mine in sorted(grouped.items()):
        agreed = [case for case in mine if (review := case.state.case.reviews.get("document")) and
                  review.status == "approved"]  # fmt: skip

        def summed(amounts: Iterable[Money | None], currency: str = currency) -> Money:
            return total([amount for amount in amounts if amount], currency)

        yield KindShown(
            kind, recurrence, mine,
            summed(case.promised for case in agreed), summed(case.claimed for case in agreed),
            summed(case.validated for case in agreed), summed(case.leaked for case in agreed),
        )  # fmt: skip
