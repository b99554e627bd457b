"""A manager's team on one page, and one's own history: what the reader may see of each, and nothing that tells more."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from activities.record_cache import Records
from application.queries import reading
from application.queries.about_people import cases_about
from application.queries.registers import of_register
from application.services import Services
from domain.kernel.showing.confidential import SUBJECT
from domain.organisation.browsing import reports_of
from domain.organisation.model import Organisation
from domain.people.discipline.terms import Role as DisciplineRole
from domain.people.training.report import endings
from web.identity.visitor import SignedIn
from web.rendering import page
from web.services import Opened
from web.staff.surroundings import named, reader_of, today_of
from web.team.members import AHEAD, member, members, refuse_others, vacancies

router = APIRouter(include_in_schema=False)
ABOUT = (SUBJECT, DisciplineRole.EMPLOYEE.value)
"""The parts of those whom a case is about."""
JOBS_AHEAD = timedelta(days=60)


@router.get("/team")
async def team(request: Request, services: Opened, visitor: SignedIn) -> Response:
    """The reader's team, or that of `?of=`; who leads nobody gets what is their own.

    Raises Refused `no-such-colleague`, `not-your-team`.
    """
    records = await services.records()
    organisation = records.organisation
    manager, day = request.query_params.get("of") or visitor.person, today_of(organisation, visitor)
    refuse_others(organisation, visitor.person, manager, day)
    people, vacant = reports_of(organisation, manager, day), vacancies(organisation, manager, day)
    if manager == visitor.person and not people and not vacant:
        return RedirectResponse("/team/me", 303)
    matters = await cases_about(services, people, reader=visitor.person, parts=ABOUT, open_only=True)
    away = _away(records)
    rows = members(organisation, manager, day, matters, away)
    above = [one for one in people if reports_of(organisation, one, day)]
    reader = await reader_of(request, services, visitor, organisation, [matters, away], also=(manager, *people))
    shown = {
        "reader": replace(reader, names=named(organisation, reader)),
        "zone": str(reader.zone),
        "manager": manager,
        "own": manager == visitor.person,
        "members": rows,
        "leads": above,
        "vacancies": vacant,
        "jobs": _jobs_due(organisation, [one.position for one in rows]),
        "today": day,
    }
    return page(request, "team/team.html", shown)


@router.get("/team/me")
async def own_history(request: Request, services: Opened, visitor: SignedIn) -> Response:
    """What is recorded about the reader: open and over, with skills and certificates."""
    records = await services.records()
    organisation = records.organisation
    day, me = today_of(organisation, visitor), visitor.person
    refuse_others(organisation, me, me, day)
    matters = await cases_about(services, [me], reader=me, parts=ABOUT, open_only=False)
    reader = await reader_of(request, services, visitor, organisation, matters)
    held = sorted(organisation.skills_held.get(me, ()), key=lambda one: (one.day, one.skill), reverse=True)
    shown = {
        "reader": replace(reader, names=named(organisation, reader)),
        "zone": str(reader.zone),
        "review": await _own_review(services, matters[me], me),
        "me": member(organisation, me, day, matters[me], _away(records).get(me)),
        "history": matters[me],
        "postings": organisation.people[me].postings(),
        "held": held,
        "certificates": endings(organisation, [me], day),
        "soon": day + AHEAD,
    }
    return page(request, "team/me.html", shown, headers={"Cache-Control": "no-store"})


async def _own_review(services: Services, matters: Sequence[Mapping[str, Any]], person: str) -> dict[str, Any] | None:
    """The newest open review of the person: where it is, their goals, and what they are asked to do."""
    case = next((one["case"] for one in matters if one["process"] == "review" and not one["closed"]), None)
    if case is None:
        return None
    told = await reading.show(services, case, as_of=None, reader=person)
    goals = told["state"].get("goals")
    tasks = ((told["state"].get("case") or {}).get("tasks") or {}).values()
    return {
        "case": case,
        "step": told["stage"],
        "goals": list(goals.values()) if isinstance(goals, dict) and "hidden" not in goals else [],
        "tasks": [task for task in tasks if isinstance(task, dict) and person in task.get("assignees", ())],
    }


def _away(records: Records) -> Mapping[str, dict[str, Any]]:
    """By person who is out of office now: who stands in, and until when."""
    now = datetime.now(UTC)
    return {
        one.principal: {"delegate": one.delegate, "until": one.end}
        for one in records.delegations.granted.values()
        if one.out_of_office and one.holds_at(now)
    }


def _jobs_due(organisation: Organisation, positions: list[str]) -> list[Any]:
    """The descriptions of these positions that are to be looked at soon, the longest overdue first."""
    now = datetime.now(UTC)
    wanted = set(positions)
    return [
        one
        for one in of_register(organisation, now).listed
        if wanted & set(one.positions) and one.review_by <= (now + JOBS_AHEAD).date()
    ]
