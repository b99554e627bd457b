"""Real payment requests as spending cases on the real stack, and the books afterwards (`bench.payment_data`).

Each request must end as it ended there; what ends otherwise is listed with the code of the rule that said so. Then the
money: what was paid is actual, nothing stays reserved, and `bean-check` accepts the ledger.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from application.administration import office
from application.commands import attachments, compose
from application.commands.compose import Actor
from application.queries import balances
from application.services import Services
from bench import payment_data as data
from bench.environment import BenchEnvironment
from bench.payment_data import Act, Request
from bench.report import Line, Result
from domain.kernel.errors import Refused
from domain.processes import NEEDS, PROCESSES
from eventstore import ledger_books
from runtime.settings import Settings

BEAN_CHECK = Path(sys.executable).parent / "bean-check"
CLIENTS = 32
_IN_FORCE_SECONDS = 60
_MOST_LISTED = 20


@dataclass
class Ended:
    """How a request ended: the stage or outcome of its last case, or the code of what refused it on the way."""

    request: Request
    end: str = ""
    refused: str = ""
    commands: int = 0
    added: Counter[str] = field(default_factory=Counter)
    """Decisions that the file does not hold: roles whom a later round of the same request met."""


async def measure(environment: BenchEnvironment, path: Path, most: int | None) -> Result:
    """Plays the first `most` requests of the file. Raises RuntimeError if the books do not agree."""
    requests = await asyncio.to_thread(data.read, path, most)
    environ = {**os.environ, **environment.stack.environment}
    async with (
        Services.opened(Settings.load(environ), PROCESSES, temporal=True) as services,
        environment.temporal_worker("worker", environment.stack.task_queue),
    ):
        year = f"{datetime.now(UTC):%Y}"
        await _found(services, requests, year)
        environment.say(f"{len(requests)} payment requests on {len({r.line for r in requests})} lines")
        player, began = Player(services, year), time.monotonic()
        ended = await player.play(requests)
        seconds = time.monotonic() - began
        books = await _books(services, ended, year)
    return _result(ended, books, seconds)


async def _found(services: Services, requests: list[Request], year: str) -> None:
    """The university, its policy, and a budget that its controller approved."""
    today = datetime.now(UTC).date()
    with tempfile.TemporaryDirectory() as folder:
        company, policy = data.write_company(requests, Path(folder)), data.write_policy(requests, Path(folder))
        await office.import_organisation(services, [company], actor="os:bench", today=today)
        await office.publish_policy(services, policy, NEEDS, actor="os:bench", today=today)
    rows = data.plan_rows(requests, year)
    budget = {"unit": data.TOP, "year": year, "currency": data.CURRENCY, "rows": rows, "reason": "As asked for."}
    made = await compose.start(
        services, "budget", budget, _by(data.person(data.RECTOR)), name="draft-budget", case="budget-1"
    )
    await compose.acknowledged(services, made, start=True)
    player = Player(services, year)
    await player.decide("budget-1", "approve")
    async with asyncio.timeout(_IN_FORCE_SECONDS):
        while (await player.state("budget-1"))["stage"] != "in_force":  # noqa: ASYNC110 - the worker is another process
            await asyncio.sleep(0.05)


class Player:
    """Sends what people did, each as themselves, through the way of every door."""

    def __init__(self, services: Services, year: str) -> None:
        self._services = services
        self._year = year

    async def play(self, requests: list[Request]) -> list[Ended]:
        gate = asyncio.Semaphore(CLIENTS)

        async def one(number: int, request: Request) -> Ended:
            async with gate:
                return await self._request(number, request)

        return list(await asyncio.gather(*(one(number, request) for number, request in enumerate(requests))))

    async def _request(self, number: int, request: Request) -> Ended:
        who, ended, case, times = data.person(data.employee(request.unit, number)), Ended(request), "", 0
        try:
            for act in request.acts:
                if act.deed == "save" or (act.deed == "submit" and not await self._is_draft(case)):
                    times += 1
                    earlier, case = case, f"{request.id.lower()}-{times}"
                    await self._open(case, request, who, earlier)
                    ended.commands += 2
                await self._act(case, act, request, who, ended)
        except Refused as refused:
            ended.refused = refused.code
        state = await self.state(case)
        ended.end = str(state["stage"])
        return ended

    async def _open(self, case: str, request: Request, who: str, earlier: str) -> None:
        """A draft with its receipt: an expense cannot be submitted without one."""
        today = datetime.now(UTC).date().isoformat()
        wish: dict[str, Any] = {
            "kind": "expense", "what": f"Payment request {request.id}", "budget_line": request.line,
            "amount": str(request.amount), "period": self._year, "happened_on": today, "draft": True,
            "reason": "Paid for the project.",
        }  # fmt: skip
        if earlier:
            wish["copy_of"] = earlier
        made = await compose.start(self._services, "spending", wish, _by(who), name="request-spending", case=case)
        await compose.acknowledged(self._services, made, start=True)
        receipt = attachments.File("receipt.txt", f"Receipt of {request.id}: {request.amount}\n".encode())
        await attachments.attach(self._services, case, receipt, _by(who))

    async def _act(self, case: str, act: Act, request: Request, who: str, ended: Ended) -> None:
        ended.commands += 1
        match act.deed:
            case "save":
                ended.commands -= 1
            case "submit" | "resubmit" | "cancel":
                more = {"reason": "Refused after the approval."} if act.deed == "cancel" else {}
                await self._send(case, f"{act.deed}-spending", more, who)
            case "withdraw":
                await self._send(case, "withdraw", {"reason": "No longer asked for."}, who)
            case "approve" | "return":
                ended.added += await self.decide(case, act.deed, act.role)
            case "pay":
                invoice = {"number": request.id, "amount": str(request.amount), "last": True}
                task, day = await self._task(case, "invoice"), datetime.now(UTC).date().isoformat()
                await self._send(
                    case, "record-invoice", {**invoice, "task": task["id"], "dated": day}, data.person(data.PAYABLES)
                )

    async def decide(self, case: str, outcome: str, role: str = "") -> Counter[str]:
        """Lets `role` decide; who comes before it in the route approves, and is counted."""
        added: Counter[str] = Counter()
        while True:
            task = await self._task(case, "decide")
            step = str(task["step"]).replace("-", "_")
            mine = not role or step == role
            said = outcome if mine else "approve"
            comment = {"comment": "Please correct it.", "fields": ["amount"]} if said == "return" else {}
            await self._send(case, "decide", {"task": task["id"], "outcome": said, **comment}, task["assignees"][0])
            if mine:
                return added
            added[step] += 1

    async def state(self, case: str) -> dict[str, Any]:
        assert self._services.client
        found: dict[str, Any] = await self._services.client.get_workflow_handle(case).query("state")
        return found

    async def _is_draft(self, case: str) -> bool:
        return bool(case) and (await self.state(case))["stage"] == "draft"

    async def _task(self, case: str, command: str) -> dict[str, Any]:
        for task in (await self.state(case))["tasks"]:
            if task["command"] in (command, f"record-{command}"):
                found: dict[str, Any] = task
                return found
        raise Refused("nobody-asked", "Nobody is asked to {command} in {case}.", command=command, case=case)

    async def _send(self, case: str, name: str, payload: dict[str, Any], person: str) -> None:
        made = await compose.command(self._services, case, name, payload, _by(person))
        await compose.acknowledged(self._services, made, start=False)


def _by(person: str) -> Actor:
    return Actor(person, "cli", "bench")


@dataclass(frozen=True)
class Books:
    """What the ledger says at the end, beside what the requests come to."""

    paid: Decimal
    actual: Decimal
    reserved: Decimal
    committed: Decimal
    ordered: Decimal
    transfers: int
    bean_check: str
    """Its complaints; empty if it has none."""

    @property
    def agree(self) -> bool:
        return (self.paid, self.ordered, 0) == (self.actual, self.committed, self.reserved) and not self.bean_check


async def _books(services: Services, ended: list[Ended], year: str) -> Books:
    def sum_of(end: str) -> Decimal:
        return sum((one.request.amount.amount for one in ended if one.end == end), Decimal(0))

    async with services.pool.acquire() as conn:
        lines = [one for one in await ledger_books.balances(conn) if one.period == year]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ledger.beancount"
        transfers = await balances.export(services, "beancount", file)
        checked = await asyncio.to_thread(
            subprocess.run, [BEAN_CHECK, file], check=False, capture_output=True, text=True
        )
    return Books(
        paid=sum_of("closed"), actual=sum((one.actual for one in lines), Decimal(0)),
        reserved=sum((one.reserved for one in lines), Decimal(0)),
        committed=sum((one.committed for one in lines), Decimal(0)), ordered=sum_of("ordered"), transfers=transfers,
        bean_check=checked.stderr + checked.stdout if checked.returncode else "",
    )  # fmt: skip


def _result(ended: list[Ended], books: Books, seconds: float) -> Result:
    """Raises RuntimeError if the books do not agree."""
    other = [one for one in ended if one.refused or one.end != one.request.end]
    if not books.agree:
        raise RuntimeError(
            f"the books do not agree: {books}; {[(one.request.id, one.end, one.refused) for one in other]}"
        )
    commands, added = sum(one.commands for one in ended), sum((one.added for one in ended), Counter[str]())
    ends = ", ".join(f"{end} {count}" for end, count in Counter(one.end for one in ended).most_common())
    return Result(
        lines=[
            Line("payment requests that end as there", "the real log", f"{len(ended) - len(other)}", f"{len(ended)}"),
            Line("commands of real requests, 32 clients", "", f"{commands / seconds:,.0f}/s"),
        ],
        notes=[
            f"replay: {ends}; {commands} commands in {seconds:.0f} s",
            f"replay: paid {books.paid:,} = actual; ordered and not paid {books.ordered:,} = committed; reserved 0",
            f"replay: bean-check accepts the {books.transfers} transfers",
            f"replay: {added.total()} approvals were added of roles that only a later round of the request met: "
            + (", ".join(f"{role} {count}" for role, count in added.most_common()) or "none"),
            *(
                f"replay: {one.request.id} is {one.end}, was {one.request.end}: {one.refused or 'no rule said so'}"
                for one in other[:_MOST_LISTED]
            ),
            *([f"replay: and {len(other) - _MOST_LISTED} more"] if len(other) > _MOST_LISTED else []),
        ],
    )  # fmt: skip
