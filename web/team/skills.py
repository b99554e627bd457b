"""Skills by team as a matrix, of what was shown and not claimed, and the calendar of certificates (TRN-01, TRN-08)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from fastapi import APIRouter, Request
from starlette.responses import Response

from application.queries.reports import units_for
from application.wording import formats
from application.wording.reader import in_language
from domain.organisation.model import Organisation
from domain.people.training.report import Coverage, Ending, coverage, endings, single_points
from web.identity.visitor import SignedIn
from web.languages import reader_language
from web.rendering import page
from web.services import Opened
from web.staff.places import depths
from web.staff.surroundings import named, organisation_of, reader_of, today_of

router = APIRouter(include_in_schema=False)


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
    seen = units_for(organisation, None, visitor.person, day)
    units = units_for(organisation, unit, visitor.person, day)
    here = (one for one in organisation.people if organisation.works_here(one, day))
    people = [one for one in here if units is None or organisation.unit_of(one, day) in units]
    matrix, ending = matrix_of(organisation, people, day), endings(organisation, people, day)
    alone = [cell.alone for cell in matrix.cells.values() if cell.alone]
    reader = await reader_of(
        request, services, visitor, organisation, [], also=[*alone, *(one.person for one in ending)]
    )
    language = reader_language(request)
    shown = {
        "reader": replace(reader, names=named(organisation, reader)),
        "matrix": matrix,
        "choices": depths(organisation, seen),
        "unit": unit,
        "months": by_month(ending, language),
        "certificates": {name: in_language(rules[-1].name, language, name)
                         for name, rules in organisation.certificate_rules.items() if rules},
        "today": day,
    }  # fmt: skip
    return page(request, "team/skills.html", shown)


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
