"""Skills by team as a matrix, of what was shown and not claimed, and the calendar of certificates (TRN-01, TRN-08)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

import readmodels
from application.queries import listing, reading
from application.queries.reports import units_for
from application.services import Services
from application.wording import formats
from application.wording.reader import in_language
from domain.kernel.cycle import Cycle, child_case
from domain.organisation.model import Organisation
from domain.organisation.overseeing import overseen
from domain.people.training.report import Coverage, Ending, coverage, endings, single_points
from readmodels import Wanted
from web.identity.visitor import SignedIn
from web.languages import reader_language
from web.rendering import page
from web.services import Opened
from web.staff.places import depths
from web.staff.surroundings import named, organisation_of, reader_of, today_of

router = APIRouter(include_in_schema=False)
PROGRAMME = "training_programme"
PROGRAMMES = 10
"""At most so many on the page."""


@dataclass(frozen=True)
class Cell:
    """`covered` of `needed` people have shown the level; `alone` is the only one of the team who has."""

    covered: int
    needed: int
    claimed: int
    alone: str | None

    @property
    def kind(self) -> str:
        if self.covered == self.needed:
            return "good" if self.alone is None else "warn"
        return "warn" if self.covered else "late"


@dataclass(frozen=True)
class Programme:
    """A programme of trainings: how many needs it planned, how many of them were started, how many are over."""

    row: Mapping[str, Any]
    needs: int
    started: int
    over: int


@dataclass(frozen=True)
class Matrix:
    """Teams by skills: only pairs that some position asks for have a cell."""

    units: tuple[str, ...]
    skills: tuple[str, ...]
    cells: dict[tuple[str, str], Cell]


@router.get("/team/skills")
async def skills(request: Request, services: Opened, visitor: SignedIn) -> Response:
    """Of `?unit=` and below it, else of all that the reader oversees. Raises `not-your-report`, `unknown-unit`."""
    organisation = await organisation_of(services)
    day, unit = today_of(organisation, visitor), request.query_params.get("unit") or None
    seen = overseen(organisation, visitor.person, day)
    units = (units_for(organisation, unit, visitor.person, day) if unit else None) or seen
    here = (one for one in organisation.people if organisation.works_here(one, day))
    people = [one for one in here if organisation.unit_of(one, day) in units]
    matrix, ending = matrix_of(organisation, people, day), endings(organisation, people, day)
    alone = [cell.alone for cell in matrix.cells.values() if cell.alone]
    programmes = await running_programmes(services, visitor.person)
    told, also = [one.row for one in programmes], [*alone, *(one.person for one in ending)]
    reader = await reader_of(request, services, visitor, organisation, told, also)
    language = reader_language(request)
    shown = {
        "reader": replace(reader, names=named(organisation, reader)),
        "matrix": matrix,
        "programmes": programmes,
        "choices": depths(organisation, seen),
        "unit": unit,
        "months": by_month(ending, language),
        "certificates": {name: in_language(rules[-1].name, language, name)
                         for name, rules in organisation.certificate_rules.items() if rules},
        "today": day,
    }  # fmt: skip
    return page(request, "team/skills.html", shown)


async def running_programmes(services: Services, person: str) -> list[Programme]:
    """The newest open programmes that the reader sees."""
    wanted = Wanted(process=PROGRAMME, open_only=True)
    found = await listing.case_page(services, wanted, reader=person, limit=PROGRAMMES)
    return [await _programme(services, row, person) for row in found.rows if isinstance(row["stage"], str)]


async def _programme(services: Services, row: Mapping[str, Any], person: str) -> Programme:
    told = (await reading.show(services, row["case"], as_of=None, reader=person))["state"].get("cycle")
    cycle = Cycle.model_validate(told) if isinstance(told, dict) and "hidden" not in told else Cycle()
    needs = [child_case(row["case"], child) for _unit, child in cycle.children]
    async with services.pool.acquire() as conn:
        rows = await readmodels.cases_named(conn, needs, now=datetime.now(UTC))
    return Programme(row, len(needs), cycle.started, sum(one.closed for one in rows.values()))


def matrix_of(organisation: Organisation, people: Iterable[str], day: date) -> Matrix:
    people = list(people)
    rows = coverage(organisation, people, day)
    alone = {(one.unit, one.skill): one.person for one in single_points(organisation, people, day)}
    return Matrix(
        tuple(sorted({row.unit for row in rows})),
        tuple(sorted({row.skill for row in rows})),
        {(row.unit, row.skill): _cell(row, alone.get((row.unit, row.skill))) for row in rows},
    )


def _cell(row: Coverage, alone: str | None) -> Cell:
    return Cell(row.covered, row.needed, row.claimed, alone)


def by_month(ending: Iterable[Ending], language: str) -> dict[str, list[Ending]]:
    """The certificates by the month in which they end, in the order of the days."""
    found: dict[str, list[Ending]] = {}
    for one in ending:
        found.setdefault(formats.month(one.ends, language), []).append(one)
    return found
