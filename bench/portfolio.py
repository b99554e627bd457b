"""The portfolio page and a what-if over 500 projects, against the bare SQL for what they show; the critical path."""

import asyncio
import json
import random
import time
from collections.abc import Sequence
from contextlib import redirect_stderr
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import httpx
import uvloop

import readmodels
from application.services import Services
from bench.cases import Cases
from bench.environment import BenchEnvironment
from bench.figures import Round, Side, Target, p50_ratio
from bench.load import alternate
from bench.pages import SMALL, Timed
from bench.plan import Plan
from bench.report import Latencies, Result, typical
from domain.kernel.items import Item, Items
from domain.kernel.values.money import Money
from domain.organisation.model import Organisation
from domain.processes import PROCESSES
from domain.projects.delivery.content import Activity, Baseline, Charter, Letter, Work
from domain.projects.delivery.definition import PROJECT
from domain.projects.delivery.schedule import critical_path
from domain.projects.delivery.state import ProjectState
from eventstore import ledger
from eventstore.ledger import LedgerKey
from readmodels.statements import sql
from runtime import logs
from runtime.settings import Settings
from web.app import application

PROJECTS, ACTIVITIES, ENTRIES = 500, 10, 40
"""So many projects, with so many activities and entries of the log each."""
READER, MANAGER = "e1001", "e1010"
PAGE_TIME = Target(3.0, None, "less")
MOST_MS, PATH_MS = 300, 100
FIRST, THEMES = date(2027, 1, 4), ("growth", "security", "plants", "data")
WHAT_IF = "/projects?cut=bulk-3&delay=bulk-7:60&delay=bulk-11:{days}"


async def measure(environment: BenchEnvironment, plan: Plan, cases: Cases) -> Result:
    environment.say("the portfolio of 500 projects")
    pool = cases.services.pool
    await cases.start(1)
    await readmodels.fresh(pool, cases.services.processes)
    await _fill(cases.services, plan.seed)
    with (environment.stack.home / "logs" / "portfolio.log").open("w") as log_file:
        with redirect_stderr(log_file):
            logs.configure(json_lines=True)
        sides, size = await asyncio.to_thread(uvloop.run, _served(cases.services.settings, plan))
    lines = [
        typical(f"{what} of {PROJECTS} projects, p50", "its bare SQL", sides[name], sides["bare"],
                p50_ratio(sides[name], sides["bare"]), PAGE_TIME)
        for name, what in (("page", "portfolio page"), ("what-if", "what-if"))
    ]  # fmt: skip
    latencies = [Latencies(f"{name} over {PROJECTS} projects", "the page", sides[name]) for name in ("page", "what-if")]
    worst = max(sides[name].milliseconds(99) for name in ("page", "what-if"))
    path = _path()
    notes = [
        f"portfolio, p99: {worst:.0f} ms, {'under' if worst < MOST_MS else 'OVER'} {MOST_MS}",
        f"portfolio page with styles: {size:,} bytes, {'under' if size < SMALL else 'OVER'} {SMALL:,}",
        f"critical path of 5,000 activities: {path:.0f} ms, {'under' if path < PATH_MS else 'OVER'} {PATH_MS}",
    ]
    return Result(lines, latencies, notes)


async def _served(settings: Settings, plan: Plan) -> tuple[dict[str, Side], int]:
    opening = Services.opened(settings, PROCESSES, temporal=True, pool_size=settings.pool_size, serving=True)
    async with opening as services:
        app = Timed(application(services))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://signoff.test") as http:
            await http.post("/login/choose", data={"person": READER})
            paths = ("/projects", "/static/signoff.css", "/static/projects.css")
            sizes = [len((await http.get(path)).content) for path in paths]

            async def asked(path: str, holds: str) -> Round:
                found = await http.get(path)
                if holds not in found.text or found.status_code != httpx.codes.OK:
                    raise RuntimeError(f"{path} shows something else: {found.status_code}")
                return Round(app.taken, [app.taken])

            async def bare() -> Round:
                start = time.perf_counter()
                await _bare(services)
                return Round(taken := time.perf_counter() - start, [taken])

            rng = random.Random(plan.seed)
            turns = {
                "page": lambda: asked("/projects", f">{PROJECTS}<"),
                "what-if": lambda: asked(WHAT_IF.format(days=rng.randrange(300)), "what-if-result"),
                "bare": bare,
            }
            return await alternate(turns, rounds=plan.inbox_rounds, rng=random.Random(plan.seed)), sum(sizes)


async def _bare(services: Services) -> None:
    """The summaries with what says who may see each, and the balances of their lines."""
    organisation = await services.organisation()
    keys = [LedgerKey(line, f"{FIRST:%Y}", "THB", "") for line in sorted(organisation.budget_lines)]
    async with services.pool.acquire() as conn:
        await conn.fetch(sql("summaries"), PROJECT.name)
        await ledger.read(conn, keys)


async def _fill(services: Services, seed: int) -> None:
    """Rows as the views would have them: of states that were never in the log, which nothing here reads."""
    rng, organisation = random.Random(seed), await services.organisation()
    states = [_state(number, rng, organisation) for number in range(PROJECTS)]
    rows = [
        {"case_id": state.case.id, "process": PROJECT.name, "unit": state.case.unit, "requester": MANAGER,
         "outline": PROJECT.outline(state).model_dump(mode="json")["parts"],
         "summary": _summary(state)}
        for state in states
    ]  # fmt: skip
    async with services.pool.acquire() as conn:
        await conn.execute(_FILL, json.dumps(rows))
        await conn.executemany(_PLANNED, [(line, f"{FIRST:%Y}") for line in sorted(organisation.budget_lines)])
        await conn.execute("select signoff.analyze_views()")


def _summary(state: ProjectState) -> dict[str, Any]:
    found = PROJECT.summary.of(state)
    assert found is not None
    return found.model_dump(mode="json", exclude_defaults=True)


_FILL = """
with given as (
    select * from jsonb_to_recordset($1::text::jsonb)
        as one (case_id text, process text, unit text, requester text, outline jsonb, summary jsonb)
), kept as (
    insert into signoff.cases
    select (jsonb_populate_record(one, jsonb_build_object('case_id', case_id, 'process', given.process, 'unit',
        given.unit, 'requester', given.requester, 'parts', outline, 'closed', false, 'opened',
        (select max(opened) from signoff.cases) + row_number() over ()))).*
    from (select i from signoff.cases i where generation =
        (select generation from signoff.views where name = 'cases' and active) limit 1) as found (one), given
)
insert into signoff.summaries (generation, process, case_id, summary)
select (select generation from signoff.views where name = 'summaries' and active), process, case_id, summary from given
"""


_PLANNED = """
insert into signoff.balances (line, period, currency, units, project, planned, plan, available)
values ($1, $2, 'THB', '', '', true, 500000000, 500000000)
"""


def _state(number: int, rng: random.Random, organisation: Organisation) -> ProjectState:
    units = sorted(one for one in organisation.units if one.startswith("it-"))
    unit, start = rng.choice(units), FIRST + timedelta(days=rng.randrange(60))
    activities = tuple(_activities(start, rng, organisation))
    budget = {f"{FIRST:%Y}": Money(amount=Decimal(1_000_000), currency="THB")}
    case = PROJECT.initial(f"bulk-{number}").case
    return ProjectState(
        case=case.model_copy(
            update={"process": PROJECT.name, "unit": unit, "requester": MANAGER, "responsible": MANAGER}
        ),
        charter=Charter(
            title=f"Project {number}", unit=unit, sponsor="e1045", business_owner="e1046", delegator="e1003",
            line=rng.choice(sorted(organisation.budget_lines)), periods=budget, requirements_hash="",
            theme=rng.choice(THEMES), score=Decimal(rng.randrange(100)),
        ),
        letter=Letter(money=Money(amount=Decimal(50_000), currency="THB"), days=10, scope=1, text="Decide alone"),
        works={
            one.id: Work(activity=_later(one, rng), percent=rng.choice((0, 0, 30, 100))) for one in activities
        },
        baselines=(Baseline(number=1, requirements=(), activities=activities, periods=budget, benefits=()),),
        log=Items(entries={one.id: one for one in _entries(start, rng)}),
        waits_on=tuple(f"bulk-{rng.randrange(PROJECTS)}" for _ in range(rng.choice((0, 0, 1)))),
    )  # fmt: skip


def _activities(start: date, rng: random.Random, organisation: Organisation) -> Sequence[Activity]:
    skills, people = sorted(organisation.skills)[:20], sorted(organisation.people)
    made: list[Activity] = []
    for number in range(ACTIVITIES):
        length = rng.randrange(5, 40)
        made.append(
            Activity(
                id=f"a{number}", title=f"Activity {number}", starts=start, ends=start + timedelta(days=length),
                after=(f"a{number - 1}",) if number else (), hours=Decimal(rng.randrange(10, 200)),
                skill=rng.choice(skills) if skills else None, owner=rng.choice(people),
            )
        )  # fmt: skip
        start += timedelta(days=length + 1)
    return made


def _later(one: Activity, rng: random.Random) -> Activity:
    assert one.starts is not None
    assert one.ends is not None
    days = timedelta(days=rng.choice((0, 0, 0, 14)))
    return one.model_copy(update={"starts": one.starts + days, "ends": one.ends + days})


def _entries(start: date, rng: random.Random) -> list[Item]:
    kinds = ("risk", "issue", "action", "decision")
    return [
        Item(
            id=f"entry-{number}", text=f"Entry {number}", owner=MANAGER, since=datetime(2026, 1, 1, tzinfo=UTC),
            due=start + timedelta(days=rng.randrange(200)), details={"kind": kinds[number % len(kinds)]},
        )
        for number in range(ENTRIES)
    ]  # fmt: skip


def _path() -> float:
    """Milliseconds for a plan of 5,000 activities in chains, each tied to its neighbours; the best of five."""
    ids = [f"a{number}" for number in range(5000)]
    before: dict[str, list[str]] = {id_: [] for id_ in ids}
    for number, (one, other) in enumerate(pairwise(ids)):
        if number % 50 != 49:  # chains of fifty
            before[other].append(one)
        if number >= 60:
            before[other].append(ids[number - 60])
    plan = [
        Activity(id=id_, title=id_, starts=FIRST, ends=FIRST + timedelta(days=len(id_)), after=tuple(before[id_]))
        for id_ in ids
    ]
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        critical_path(plan)
        taken.append(time.perf_counter() - start)
    return min(taken) * 1000
