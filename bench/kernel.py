"""The kernel at size: a route among 10,000 people, an inbox among 100,000 tasks, many decisions at once."""

import asyncio
import random
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import readmodels
from application.commands.bulk import decide_many
from application.commands.compose import Actor
from application.files.organisation import read_organisation
from application.files.policy import read_policy
from bench.cases import COMMENT, Case, Cases
from bench.environment import BenchEnvironment
from bench.figures import Round, Side, Target, p50_ratio, rate_ratio
from bench.load import alternate, each_in_order
from bench.plan import Plan
from bench.report import Latencies, Line, Result, throughput, typical
from domain.kernel.facts import Facts
from domain.kernel.routing.route import preview, route_of
from domain.kernel.values.content import Content
from domain.kernel.values.money import Money
from domain.organisation.model import Limit, Organisation, Person, Position, RoleHolding, Unit
from workflows.messages import Ack

EXAMPLES = Path(__file__).parents[1] / "examples"
CALENDAR = "th-bangkok"
PEOPLE = 10_000
TASKS = 100_000
RESOLVE_MS = 5.0
INBOX = Target(2.0, None, "less")
BULK = Target(3.0)
NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)


def big_company() -> Organisation:
    """Everybody reports to one of a tenth as many; a unit for each hundred, roles in each tenth unit."""
    numbers = range(1, PEOPLE + 1)
    units = {"company": Unit(id="company", name={"en": "Company"})}
    units |= {f"u{n}": Unit(id=f"u{n}", name={"en": f"Unit {n}"}, parent="company") for n in range(PEOPLE // 100 + 1)}
    [calendar] = [
        line.value
        for line in read_organisation([EXAMPLES / "company" / "structure.yaml"], NOW.date()).wanted.calendars
        if line.value.id == CALENDAR
    ]
    roles = [RoleHolding(role=role, person="e2", unit="company") for role in ("hr-partner", "finance-controller")]
    roles += [RoleHolding(role=role, person="e3") for role in ("executive", "department-head")]
    roles += [
        RoleHolding(role="hr-partner", person=f"e{n * 100 + 5}", unit=f"u{n}") for n in range(0, PEOPLE // 100, 10)
    ]
    return Organisation(
        version=1,
        units=units,
        positions={
            f"p{n}": Position(
                id=f"p{n}",
                title={"en": f"P{n}"},
                unit=f"u{n // 100}",
                grade=5,
                reports_to=f"p{n // 10}" if n >= 10 else None,
            )
            for n in numbers
        },
        people={f"e{n}": Person(id=f"e{n}", position=f"p{n}", calendar=CALENDAR) for n in numbers},
        roles=tuple(roles),
        limits=(Limit(category="hiring", up_to=Money(amount="90000000", currency="THB"), role="finance-controller"),),
        calendars={CALENDAR: calendar},
    )


def resolving(plan: Plan) -> Result:
    """The whole route of a requisition for a person drawn at random, with due times: what a preview answers."""
    policy = read_policy(EXAMPLES / "policy.yaml").policy
    facts = Facts(now=NOW, organisation=big_company(), policy=policy)
    route, draw = route_of(policy, "hiring", "requisition"), random.Random(plan.seed)
    fields = {"grade": 9, "seats": 1, "salary_band": {}, "location": "Bangkok", "budget_line": "people"}
    latencies = []
    for _ in range(plan.resolutions + 50):
        number = draw.randint(100, PEOPLE)
        unit = f"u{number // 100}"
        content = Content(
            requester=f"e{number}",
            unit=unit,
            material={**fields, "unit": unit},
            data={**fields, "unit": unit, "cost": "6000000 THB"},
            amount=Money(amount="6000000", currency="THB"),
        )
        start = time.perf_counter()
        preview(content, route, facts)
        latencies.append(time.perf_counter() - start)
    side = Side([Round(sum(latencies[50:]), latencies[50:])])
    p99 = side.milliseconds(99)
    verdict = f"must be < {RESOLVE_MS:g} ms: " + ("reached" if p99 < RESOLVE_MS else "MISSED")
    line = Line("route of five steps among 10,000 people, p99", verdict, f"{p99:.2f} ms")
    return Result([line], [Latencies("route among 10,000 people", "Signoff", side)])


async def inbox(plan: Plan, cases: Cases) -> Result:
    """One person of a thousand, each with a hundred tasks, against the bare SQL for the same rows."""
    pool = cases.services.pool
    await _crowd(pool)
    query = readmodels.view.sql("inbox_of_person")

    async def ours() -> Round:
        async with pool.acquire() as conn:
            start = time.perf_counter()
            rows = await readmodels.inbox(conn, "crowd-77", now=datetime.now(UTC))
        return Round(taken := time.perf_counter() - start, [taken] if len(rows) >= TASKS // 1000 else [])

    async def bare() -> Round:
        async with pool.acquire() as conn:
            start = time.perf_counter()
            await conn.fetch(query, "crowd-77")
        return Round(taken := time.perf_counter() - start, [taken])

    sides = await alternate({"views": ours, "bare": bare}, rounds=plan.inbox_rounds, rng=random.Random(plan.seed))
    ratio = p50_ratio(sides["views"], sides["bare"])
    line = typical("inbox among 100,000 tasks, p50", "its bare SQL", sides["views"], sides["bare"], ratio, INBOX)
    return Result([line])


async def _crowd(pool: object) -> None:
    """Copies one row of the inbox a hundred thousand times, whatever columns it has."""
    async with pool.acquire() as conn:  # type: ignore[attr-defined]
        await conn.execute(
            """
            insert into signoff.inbox
            select (jsonb_populate_record(one, jsonb_build_object(
                'case_id', 'crowd-' || n, 'task', 'crowd-' || n || '.1', 'person', 'crowd-' || n % 1000))).*
            from (select i from signoff.inbox i limit 1) as found (one), generate_series(1, $1::int) as n
            """.replace("$1", str(TASKS))
        )
        await conn.execute("analyze signoff.inbox")


async def bulk(plan: Plan, cases: Cases) -> Result:
    """The second approvals of many cases, nearly all one person's: one after another, and in one go."""

    async def singles() -> Round:
        calls = [cases.three_approvals(case)[1] for case in await _half_approved(plan, cases)]
        return await each_in_order([calls], 1)

    async def together() -> Round:
        ready = await _half_approved(plan, cases)
        start = time.perf_counter()
        acks = await _approved(cases, ready, 1)
        taken = time.perf_counter() - start
        await _seen(cases, acks)
        return Round(taken, [taken / len(acks)] * len(acks), settled=time.perf_counter() - start)

    turns = {"bulk": together, "singles": singles}
    sides = await alternate(turns, rounds=plan.bulk_rounds, rng=random.Random(plan.seed))
    ours, alone = sides["bulk"], sides["singles"]
    seen = Side([replace(each, seconds=each.settled or each.seconds) for each in ours.rounds])
    work, other = f"decisions, {plan.bulk_tasks} tasks in bulk", "one after another"
    return Result(
        [
            throughput(work, other, ours, alone, rate_ratio(ours, alone), BULK),
            throughput(f"{work}, until all workflows saw them", other, seen, alone, rate_ratio(seen, alone), Target()),
        ]
    )


async def _half_approved(plan: Plan, cases: Cases) -> list[Case]:
    """Cases that wait for their second approval, at rest."""
    started = await cases.start(plan.bulk_tasks)
    await _seen(cases, await _approved(cases, started, 0))
    await cases.quiet()
    return started


async def _approved(cases: Cases, started: list[Case], step: int) -> list[Ack]:
    """Approves a step of each case, in one go for each person who decides there."""
    by_person: dict[str, list[str]] = {}
    for case in started:
        task, person = case.approvals[step]
        by_person.setdefault(person, []).append(f"{case.id}.{task}")
    done = []
    for person, tasks in by_person.items():
        actor = Actor(person=person, channel="cli", authenticated="bench")
        done += await decide_many(cases.services, tasks, "approve", actor, comment=COMMENT, command_id=uuid4())
    if failed := [one for one in done if one.ack is None]:
        raise RuntimeError(f"{len(failed)} of a bulk were refused: {failed[0].refused or failed[0].unconfirmed}")
    return [one.ack for one in done if one.ack]


async def _seen(cases: Cases, acks: list[Ack]) -> None:
    """Returns when the workflow of each case has folded its decision; each is asked once it was told to look."""

    async def seen(ack: Ack) -> None:
        handle = cases.client.get_workflow_handle(ack.case)
        while (await handle.query("state"))["version"] < ack.version:  # noqa: ASYNC110 - it is another process
            await asyncio.sleep(0.02)

    async with asyncio.timeout(60):
        while await cases.services.pool.fetchval("select exists (select from signoff.wakes)"):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        await asyncio.gather(*map(seen, acks))


async def measure(environment: BenchEnvironment, plan: Plan, cases: Cases) -> list[Result]:
    environment.say("routes, bulk decisions, a full inbox")
    results = [resolving(plan), await bulk(plan, cases)]
    return [*results, await inbox(plan, cases)]
