"""Spending on its way from request to invoice, and what waits: contracts, invoices, idle commitments, claims (SPD)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from fastapi import APIRouter, Request
from starlette.responses import Response

import readmodels
from application.queries.lines import sees_amounts
from application.services import Services
from application.visibility import PolicyViewer
from application.wording.reader import unit_names
from domain.kernel.document import Amended, Drafted
from domain.kernel.errors import Refused
from domain.kernel.values.message import N_, Message
from domain.kernel.values.money import Money
from domain.money.spending import events as ev
from domain.money.spending.content import Spending
from domain.money.spending.settings import Stage
from domain.money.spending.state import Invoice, Term
from eventstore import ledger_figures, log
from eventstore.ledger_figures import HeldByCase
from readmodels import CaseRow, Wanted
from web.identity.visitor import SignedIn
from web.languages import reader_language
from web.money.asked import surroundings
from web.money.words import line_name
from web.rendering import page
from web.services import Opened
from web.staff.places import depths
from web.staff.surroundings import today_of, zone_in

router = APIRouter(include_in_schema=False)
MOST, IN_A_STAGE = 2_000, 20
IDLE_DAYS = 90
OVER_DAYS = 60
"""So long a case that is over stays on the board."""
STAGES: tuple[tuple[Message, frozenset[str]], ...] = (
    (N_("Requested"), frozenset({Stage.DRAFT, Stage.IN_APPROVAL, Stage.RETURNED, "on_hold"})),
    (N_("Approved, to order"), frozenset({Stage.ORDERING, "approved"})),
    (N_("Ordered"), frozenset({Stage.ORDERED})),
    (N_("Received in part"), frozenset({Stage.PARTLY_RECEIVED})),
    (N_("Invoiced, over"), frozenset({Stage.CLOSED, Stage.SHORT_CLOSED})),
)
_TYPES = tuple(
    kind.__name__
    for kind in (
        ev.SpendingRequested, ev.SpendingAmended, ev.TermSet, ev.NoticeGiven, ev.InvoiceQuestioned, ev.InvoiceBooked,
        ev.InvoiceDeclined, ev.GoodsReceived,
    )
)  # fmt: skip


@dataclass
class SpendingShown:
    """A case as the board shows it. `amount` is what it holds and spent, or asks for; None: not for the reader."""

    row: CaseRow
    content: Spending | None = None
    amount: Money | None = None
    bound: Money | None = None
    touched: date | None = None
    term: Term | None = None
    noticed: bool = False
    questioned: dict[str, tuple[Invoice, datetime]] = field(default_factory=dict)

    def idle_days(self, today: date) -> int:
        return (today - self.touched).days if self.touched else 0


@dataclass(frozen=True)
class StageShown:
    """A column: its newest cases, how many there are, and their sums by currency."""

    title: Message
    cases: Sequence[SpendingShown]
    count: int
    sums: Sequence[Money]


@router.get("/money/spending")
async def board(request: Request, services: Opened, visitor: SignedIn) -> Response:
    """Raises Refused `bad-number`."""
    organisation, seen = await surroundings(services, visitor)
    language, now, given = reader_language(request), datetime.now(UTC), request.query_params
    unit = given.get("unit") or None
    idle = _days(given.get("idle") or str(IDLE_DAYS))
    rows = await _rows(services, seen.viewer, now)
    if unit is not None:
        rows = [row for row in rows if row.unit is not None and unit in organisation.units_above(row.unit)]
    cases = await _told(services, rows, {row.case for row in rows if sees_amounts(seen.viewer, row)})
    running = [case for case in cases if not case.row.closed]
    today = today_of(organisation, visitor)
    people = sorted({person for case in running for person in case.row.waiting_on if person in organisation.people})
    told = {
        "stages": list(_stages(cases)), "zone": zone_in(organisation, visitor.person), "unit": unit, "idle_days": idle,
        "choices": depths(organisation, seen.units), "units": unit_names(organisation, language),
        "today": today,
        "idle": _idle(running, today, idle),
        "contracts": sorted((c for c in running if c.term), key=lambda c: c.term.notice_on if c.term else date.max),
        "invoices": [(case, number, *found) for case in running for number, found in case.questioned.items()],
        "claims": [case for case in running if case.content and case.content.kind == "expense"],
        "names": await services.people.names(people[:500], language),
        "lines": {id_: line_name(line, language) for id_, line in organisation.budget_lines.items()},
        "full": len(rows) >= MOST,
    }  # fmt: skip
    return page(request, "money/spending.html", told)


async def _rows(services: Services, viewer: PolicyViewer, now: datetime) -> list[CaseRow]:
    """What is open, and what was over not long ago: only cases that the reader sees."""
    await services.fresh()
    async with services.pool.acquire() as conn:
        rows = await readmodels.cases(conn, Wanted(process="spending", open_only=True), now=now, limit=MOST)
        rows += [
            row
            for row in await readmodels.cases(conn, Wanted(process="spending"), now=now, limit=MOST)
            if row.closed and row.updated_at > now - timedelta(days=OVER_DAYS)
        ]
    return [row for row in rows if viewer.visibility(row.outline).row == "case"]


async def _told(services: Services, rows: Sequence[CaseRow], amounts: set[str]) -> list[SpendingShown]:
    cases = [row.case for row in rows]
    async with services.pool.acquire() as conn:
        held = await ledger_figures.held(conn, cases)
        streams = await log.read_types(conn, cases, _TYPES)
    by_case: dict[str, list[HeldByCase]] = defaultdict(list)
    for each in held:
        by_case[each.case].append(each)
    decode, found = services.process("spending").events.decode, list[SpendingShown]()
    for row in rows:
        case = SpendingShown(row)
        for stored in streams.get(row.case, ()):
            _tell(case, decode(stored), stored.recorded_at)
        _count(case, by_case[row.case], visible=row.case in amounts)
        found.append(case)
    return found


def _tell(case: SpendingShown, event: object, at: datetime) -> None:
    match event:
        case Drafted(content=content) | Amended(content=content):
            case.content = content
        case ev.TermSet(term=term):
            case.term, case.noticed = term, False
        case ev.NoticeGiven():
            case.noticed = True
        case ev.InvoiceQuestioned(number=number, invoice=invoice):
            case.questioned[number] = (invoice, at)
        case ev.InvoiceBooked(number=number) | ev.InvoiceDeclined(number=number):
            case.questioned.pop(number, None)
        case ev.GoodsReceived(receipt=receipt):
            case.touched = receipt.on


def _count(case: SpendingShown, held: Sequence[HeldByCase], *, visible: bool) -> None:
    """What it holds on its line, in that line's currency; differences of rates lie on another one."""
    mine = [each for each in held if case.content is None or each.line == case.content.budget_line]
    days = [each.moved_on for each in mine]
    case.touched = max((day for day in (*days, case.touched) if day), default=None)
    if not visible:
        case.content = None
        case.questioned, case.term = {}, None
        return
    if mine:
        bound = sum((each.reserved + each.committed for each in mine), Decimal(0))
        spent = sum((each.actual for each in mine), Decimal(0))
        case.amount = Money(amount=bound + spent, currency=mine[0].currency)
        case.bound = Money(amount=bound, currency=mine[0].currency) if bound else None
    elif case.content is not None:
        case.amount = case.content.cost


def _stages(cases: Sequence[SpendingShown]) -> Iterable[StageShown]:
    for title, stages in STAGES:
        mine = [case for case in cases if case.row.stage in stages]
        mine.sort(key=lambda case: case.row.updated_at, reverse=True)
        sums: dict[str, Decimal] = {}
        for case in mine:
            if case.amount:
                sums[case.amount.currency] = sums.get(case.amount.currency, Decimal(0)) + case.amount.amount
        yield StageShown(
            title, mine[:IN_A_STAGE], len(mine), [Money(amount=a, currency=c) for c, a in sorted(sums.items())]
        )


def _idle(cases: Iterable[SpendingShown], today: date, days: int) -> list[SpendingShown]:
    """Commitments without a movement for so many days, the longest idle first (SPD-06)."""
    return sorted((c for c in cases if c.bound and c.idle_days(today) >= days), key=lambda c: -c.idle_days(today))


def _days(text: str) -> int:
    if not text.isdecimal() or len(text) > 4:
        raise Refused("bad-number", "{text} is not a number of days; write one like 90.", text=text[:20])
    return int(text)
