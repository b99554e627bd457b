"""The agenda of the portfolio board: what each board to come decides on, until when it is open, who votes (PRJ-05)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from fastapi import APIRouter, Request
from starlette.responses import Response

from application.queries.summaries import seen_summaries
from application.visibility import policy_viewer
from application.wording.reader import unit_names
from domain.kernel.policy import Policy
from domain.kernel.showing.confidential import AMOUNT
from domain.kernel.values.calendar import Calendar, working_date
from domain.organisation.model import Organisation
from domain.projects.intake.board import board_after
from domain.projects.intake.parameters import PARAMETERS
from domain.projects.intake.report import NAME, AgendaItem, RequestSummary, agenda_of
from web.identity.sessions import records_of
from web.identity.visitor import SignedIn
from web.languages import reader_language
from web.rendering import page
from web.services import Opened
from web.staff.surroundings import reader_of

router = APIRouter(include_in_schema=False)

COMING = ("ready", "scoring", "money", "returned", "deferred")
"""Stages from which a request gets onto an agenda, the nearest first."""
ROUTE = "board"
MOST = 30


@dataclass(frozen=True)
class Session:
    """One board: its day, the last day on which a request gets onto its agenda, and what is on it by rank."""

    day: date
    cut_off: date
    items: Sequence[AgendaItem]


@dataclass(frozen=True)
class Voters:
    """`quorum` of `members` must approve; None where the policy says it otherwise."""

    members: tuple[str, ...]
    quorum: int | None

    @property
    def too_few(self) -> bool:
        return self.quorum is not None and len(self.members) < self.quorum


@router.get("/projects/board")
async def agenda_page(request: Request, services: Opened, visitor: SignedIn) -> Response:
    """The requests that the reader sees, by the newest policy."""
    records = records_of(request)
    seen_by = await policy_viewer(services, visitor.person, records=records)
    organisation = seen_by.viewer.organisation
    today, calendar = organisation.day_of(visitor.person, seen_by.viewer.now), organisation.calendar_of(visitor.person)
    policy = records.policies.in_force if records.policies.versions else None
    rows = await seen_summaries(services, NAME, seen_by)
    requests: dict[str, RequestSummary] = {row.case: row.value for row in rows}
    day, before = _days(policy, "board_day"), _days(policy, "cut_off_days")
    voters = _voters(policy, organisation, today)
    reader = await reader_of(request, services, visitor, organisation, (), also=voters.members)
    return page(request, "projects/board.html", {
        "reader": reader, "units": unit_names(organisation, reader_language(request)), "requests": requests,
        "sessions": _sessions(requests, calendar, before), "today": today, "voters": voters,
        "coming": _coming(requests)[:MOST], "next": board_after(calendar, today, day=day, before=before),
        "costless": {row.case for row in rows if AMOUNT in row.hidden},
        "scoreless": {row.case for row in rows if "score" in row.hidden},
        "oldest": today - timedelta(days=_days(policy, "estimate_valid_days")),
    })  # fmt: skip


def _days(policy: Policy | None, name: str) -> int:
    return int(str(PARAMETERS.in_policy(policy, name)))


def _sessions(requests: Mapping[str, RequestSummary], calendar: Calendar, before: int) -> list[Session]:
    boards: dict[date, list[AgendaItem]] = {}
    for item in agenda_of(requests):
        boards.setdefault(item.board, []).append(item)
    return [Session(day, working_date(calendar, day, -before), items) for day, items in boards.items()]


def _coming(requests: Mapping[str, RequestSummary]) -> list[tuple[str, RequestSummary]]:
    """What may come onto an agenda: the nearest stage first, then by rank."""
    found = [(case, one) for case, one in requests.items() if one.stage in COMING and one.board is None]
    return sorted(found, key=lambda each: (COMING.index(each[1].stage), each[1].rank, each[0]))


def _voters(policy: Policy | None, organisation: Organisation, today: date) -> Voters:
    """Those of the first step of the route by which a board decides."""
    own = policy.processes.get(NAME) if policy else None
    step = own.routes[ROUTE].steps[0] if own and ROUTE in own.routes else None
    if step is None or step.who.group is None:
        return Voters((), None)
    members = organisation.holders(step.who.group, None, today)
    quorum = {"any": 1, "all": len(members)}.get(str(step.quorum), step.quorum)
    return Voters(tuple(members), int(quorum))
