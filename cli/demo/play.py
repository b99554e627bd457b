"""`signoff demo`: the story on a fresh embedded stack, with two disasters, and the proof at the end."""

import asyncio
import contextlib
import re
import shutil
import time
import urllib.parse
import urllib.request
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from temporalio.client import WorkflowQueryFailedError

from application.administration.example_company import import_company
from application.commands.offers import offer_link
from application.commands.recover import recover
from application.services import Services
from cli.demo import story
from cli.demo.company import ACTOR, embedded
from cli.demo.player import Player
from cli.demo.story import Act, Scene
from domain.people.hiring.state import OfferStatus
from embedded.stack import Stack
from eventstore import chain
from workflows import names
from workflows.messages import Ack

PERSON = re.compile(r"\be\d{4}\b|\bc-[0-9a-f]{12}\b")


class Demo:
    """Tells the story as it happens. Every line it prints follows an acknowledgement or a condition that came true."""

    def __init__(self, stack: Stack, services: Services, out: Console) -> None:
        self._stack = stack
        self._door = services
        self._out = out
        self._began = time.monotonic()
        self._player = Player(services, "hiring-demo", self._tell, authenticated="demo")

    async def run(self) -> int:
        """Returns how many problems the verification found."""
        first_day = story.start_date(datetime.now(UTC).date())
        await self._set_up()
        self._chapter("A requisition")
        await self._player.open(story.requisition(), by=story.MANAGER, says="asks for a developer")
        approval = story.approval()
        await self._player.play(approval[:3])
        await self._kill_the_worker(approval[3])
        await self._player.play(approval[4:])
        self._chapter("Candidates and interviews")
        await self._player.play(story.sourcing(story.Cast()))
        interviews = story.interviews()
        await self._player.play(interviews[:7])
        await self._show_what_is_hidden("e1024")
        await self._player.play(interviews[7:])
        self._chapter("Offers")
        await self._player.play(story.first_offer(first_day))
        await self._answer_by_link(0, "decline")
        await self._player.play(story.second_offer(first_day))
        await self._lose_temporal()
        await self._answer_by_link(1, "accept")
        self._chapter("Checks and onboarding")
        await self._player.play([*story.checks(), *([story.onboarding] * 5)])
        await self._forget(2)
        return await self._prove()

    # --- chapters -----------------------------------------------------------------------------------------------

    async def _set_up(self) -> None:
        self._chapter("The office")
        done = await import_company(self._door, actor=ACTOR)
        self._line(f"Siam Orchard Foods: {done.people} people, {done.events} events")
        self._line(f"approval policy version {done.policy} is in force, checked against the organisation")

    async def _show_what_is_hidden(self, reader: str) -> None:
        """One scorecard is in; whoever still owes theirs does not see it (HIR-04)."""
        state = await self._player.state()
        shown = self._door.processes["hiring"].visible(state, reader)
        handed_in = [i for i in state.interviews if i.scorecard]
        seen = [i for i in shown["interviews"] if i["scorecard"]]
        who = await self._door.people.name(reader)
        self._line(
            f"{who} looks at the case: {len(handed_in)} scorecard is in, {len(seen)} shown until theirs is in too"
        )

    async def _forget(self, number: int) -> None:
        """Erasing destroys a key, not an event: the chain verifies as before (KRN-52)."""
        self._chapter("A candidate asks to be forgotten")
        person = list((await self._player.state()).candidates)[number]
        before = await self._door.people.name(person)
        await self._door.people.erase(person, "asked for it", actor=ACTOR)
        self._line(f"[bold]{before}[/] is now {await self._door.people.name(person)}, in the log and in every backup")

    async def _kill_the_worker(self, scene: Scene) -> None:
        """The decision is sent while no worker lives: it waits, and is acknowledged once it is in Postgres."""
        self._chapter("Disaster: kill -9 on the worker")
        worker = self._stack.worker
        assert worker is not None, "the demo runs with a worker"
        state = await self._player.state()
        pid = await worker.kill()
        waiting = asyncio.create_task(self._player.play([scene]))
        self._line(f"process {pid} is gone; a decision on {len(state.case.tasks)} open task is sent all the same")
        await waiting
        self._line("the worker was started again and the decision is in the log, once")

    async def _lose_temporal(self) -> None:
        """Everything Temporal knew is thrown away; the log brings the case back with the same tasks and due times."""
        self._chapter("Disaster: the whole Temporal database is lost")
        before = await self._tasks()
        await self._stack.lose_temporal()
        self._line("Temporal runs again and knows of no case")
        done = await recover(self._door)
        self._line(f"signoff recover: {done.started} case came back from the log")
        after = await self._tasks()
        if before != after:
            raise AssertionError("the recovered case has other tasks or times than before")
        self._line(f"the workflow has its {len(after)} tasks and deadlines again, at the instants they had before")

    async def _answer_by_link(self, number: int, chosen: str) -> None:
        """The candidate opens their own page, which decides nothing, and then answers with its form."""
        state = await self._player.state()
        link = await offer_link(self._door, self._player.case, story.newest_offer(state, OfferStatus.EXTENDED))
        link = link.replace(self._door.settings.base_url, self._stack.web or "")
        await asyncio.to_thread(_http, link, None)
        if story.newest_offer(await self._player.state(), OfferStatus.EXTENDED) == "":
            raise AssertionError("opening the link decided something")
        await asyncio.to_thread(_http, link, {"answer": chosen})
        who = list(state.candidates)[number]
        self._line(f"[bold]{await self._door.people.name(who)}[/] opens the link of the offer and chooses: {chosen}")

    async def _prove(self) -> int:
        state = await self._player.state()
        self._chapter("The proof")
        seat = state.case.closed.value if state.case.closed else "open"
        stage = self._door.processes["hiring"].stage(state)
        self._line(f"{self._player.case}: stage {stage}, closed {seat}, in {time.monotonic() - self._began:.0f} s")
        async with self._door.pool.acquire() as conn:
            report = await chain.verify(conn)
        for problem in report.problems:
            self._line(f"[red]{problem.stream} version {problem.version}: {problem.what}[/]")
        self._out.print(f"verified: {report.events} events, {report.streams} streams, {len(report.problems)} problems")
        return len(report.problems)

    # --- telling ------------------------------------------------------------------------------------------------

    async def _tell(self, act: Act, ack: Ack) -> None:
        who = await self._door.people.name(act.by)
        says = act.says
        for person in set(PERSON.findall(says)):
            says = says.replace(person, await self._door.people.name(person))
        self._line(f"[bold]{who}[/] {says} [dim](v{ack.version})[/]")

    def _chapter(self, title: str) -> None:
        self._out.print(f"\n[bold cyan]{title}[/]")

    def _line(self, text: str) -> None:
        self._out.print(f"[dim]{time.monotonic() - self._began:5.1f} s[/]  {text}", soft_wrap=True)

    async def _tasks(self) -> list[Any]:
        """What the workflow itself answers, once it has read the log: its tasks with their times, and its deadlines."""
        assert self._door.client is not None
        handle = self._door.client.get_workflow_handle(self._player.case)
        shown = None
        async with asyncio.timeout(30):
            while shown is None:
                with contextlib.suppress(WorkflowQueryFailedError):
                    shown = await handle.query(names.STATE)
        return [*((t["id"], t["assignees"], t["timing"]) for t in shown["tasks"]), *shown["deadlines"]]


def _http(url: str, form: dict[str, str] | None) -> str:
    """GET, or POST of a form. Raises HTTPError for any answer that is not a success."""
    body = urllib.parse.urlencode(form).encode() if form else None
    with urllib.request.urlopen(url, body, timeout=30) as response:  # noqa: S310 - our own server
        return str(response.read().decode())


async def run_demo(home: Path, *, keep: bool) -> int:
    """A fresh stack on free ports under `home`; its data is removed unless `keep`."""
    shutil.rmtree(home, ignore_errors=True)
    out = Console(highlight=False)
    async with AsyncExitStack() as exits:
        if not keep:
            exits.callback(shutil.rmtree, home, ignore_errors=True)
        stack, services = await exits.enter_async_context(embedded(home))
        return 1 if await Demo(stack, services, out).run() else 0
