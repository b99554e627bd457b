"""A manager's team on one page, and one's own history: what the reader may see of each, and nothing that tells more."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from activities.record_cache import Records
from application.queries.about_people import cases_about
from application.queries.registers import of_register
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
    """The reader's team, or that of `?of=`. Raises Refused `no-such-colleague`, `not-your-team`."""
    records = await services.records()
    organisation = records.organisation
    manager, day = request.query_params.get("of") or visitor.person, today_of(organisation, visitor)
    refuse_others(organisation, visitor.person, manager, day)
    people = reports_of(organisation, manager, day)
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
        "vacancies": vacancies(organisation, manager, day),
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
        "me": member(organisation, me, day, matters[me], _away(records).get(me)),
        "history": matters[me],
        "postings": organisation.people[me].postings(),
        "held": held,
        "certificates": endings(organisation, [me], day),
        "soon": day + AHEAD,
    }
    return page(request, "team/me.html", shown, headers={"Cache-Control": "no-store"})


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
