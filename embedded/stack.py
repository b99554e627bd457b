"""The stack as a whole: what is started in which order, when each part counts as ready, and how it all ends."""

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from types import TracebackType
from typing import Self

from domain.kernel.errors import Refused
from embedded import ports, state
from embedded.options import Options
from embedded.postgres import KEYS, Postgres
from embedded.processes import Child, Processes
from embedded.required_child import RequiredChild
from embedded.supervised import Say, Supervised
from embedded.temporal import NAMESPACE, Temporal
from runtime.settings import task_queue_of


def on_stderr(text: str) -> None:
    """Progress goes to stderr: stdout is for the one line that a program reads."""
    sys.stderr.write(f"signoff: {text}\n")
    sys.stderr.flush()


class Stack:
    """`async with Stack(options) as stack:` runs Postgres, Temporal, a worker and a web server until the block ends.

    Raises `Refused` with a sentence where something cannot start. The addresses are valid inside the block.
    """

    worker: Supervised | None = None
    web_server: Supervised | None = None

    def __init__(self, options: Options, *, say: Say = on_stderr) -> None:
        self.options = options
        self._say = say
        self._exit = contextlib.AsyncExitStack()
        self.task_queue = task_queue_of(os.environ)

    @property
    def database_url(self) -> str:
        return self.postgres.url()

    @property
    def keys_url(self) -> str:
        return self.postgres.url(KEYS)

    @property
    def temporal_address(self) -> str:
        return self.temporal.address

    @property
    def ui(self) -> str:
        return self.temporal.ui

    @property
    def web(self) -> str | None:
        return f"http://{ports.HOST}:{self._web_port}" if self.options.web else None

    @property
    def _catches(self) -> bool:
        """Mails are caught and shown, unless somebody named a server of their own."""
        return self.options.web and not os.environ.get("SIGNOFF_SMTP_URL")

    @property
    def addresses(self) -> state.Addresses:
        return state.Addresses(
            database_url=self.database_url,
            keys_url=self.keys_url,
            temporal_address=self.temporal_address,
            web=self.web,
            ui=self.ui,
            mail=f"{self.web}/caught" if self._catches else None,
            metrics_web=f"http://{ports.HOST}:{self._metrics_ports['web']}/metrics" if self.options.web else None,
            metrics_worker=f"http://{ports.HOST}:{self._metrics_ports['worker']}/metrics"
            if self.options.worker
            else None,
        )

    @property
    def environment(self) -> dict[str, str]:
        """What a child or a command needs in its environment to use this stack."""
        web = {"SIGNOFF_WEB_HOST": ports.HOST, "SIGNOFF_WEB_PORT": str(self._web_port)} if self.options.web else {}
        caught = {
            "SIGNOFF_SMTP_URL": f"smtp://{ports.HOST}:{self._mail_port}",
            "SIGNOFF_MAIL_FROM": "Signoff <signoff@office.example>",
            "SIGNOFF_MAIL_CAUGHT": "1",
        }
        return {
            **web,
            **(caught if self._catches else {}),
            "SIGNOFF_HOME": str(self.home),
            "SIGNOFF_DATABASE_URL": self.database_url,
            "SIGNOFF_KEYS_DATABASE_URL": self.keys_url,
            "SIGNOFF_TEMPORAL_UI_URL": self.ui,
            "TEMPORAL_ADDRESS": self.temporal_address,
            "TEMPORAL_NAMESPACE": NAMESPACE,
        }

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException as error:
            await self._exit.aclose()
            if (reason := state.reason_in(error, self.options.home)) is not None:
                raise reason from error
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._exit.aclose()

    async def failure(self) -> Refused:
        """Returns, with the reason, when Postgres or Temporal ends without being asked to."""
        while True:
            for pillar in self._pillars:
                if (reason := pillar.death()) is not None:
                    return reason
            await asyncio.sleep(0.2)

    async def lose_temporal(self) -> None:
        """Throws away everything that Temporal knows, as if its database were lost, and starts it anew."""
        temporal = self._pillars[-1]
        await temporal.stop()
        self.temporal.forget()
        # From here on: a worker that asks before the server counts as ready asks again only after its long poll.
        gone = time.time()
        await temporal.start()
        if self.worker is not None:
            await self.worker.serving(since=gone)

    async def _start(self) -> None:
        self.home = state.prepare_home(self.options.home)
        self._exit.enter_context(state.locked(self.home))
        state.erase(self.home)
        self._processes = Processes(self.home)
        for name in await self._processes.end_leftovers():
            self._say(f"ended {name}, left over from a stack that was killed")
        self._choose_ports()
        self.postgres = Postgres(self.home)
        await self._start_pillars()
        state.write(self.home, self.addresses)  # by this the web server knows that it serves the stack of this home
        self._exit.callback(state.erase, self.home)
        await _together(self._start_worker(), self._start_web())

    def _choose_ports(self) -> None:
        options = self.options
        port = ports.choose(options.temporal_port, purpose="Temporal", option="--temporal-port")
        ui_port = ports.choose(options.ui_port, purpose="the Temporal UI", option="--ui-port")
        self._web_port = (
            ports.choose(options.web_port, purpose="the web server", option="--web-port") if options.web else 0
        )
        self._metrics_ports = {name: ports.choose(0, purpose="metrics", option="") for name in ("web", "worker")}
        self._mail_port = ports.choose(0, purpose="mail", option="")
        self.temporal = Temporal(self.home, port=port, ui_port=ui_port)

    async def _start_pillars(self) -> None:
        postgres = RequiredChild(self.postgres.child, processes=self._processes, ready=self.postgres.accepts)
        child = self.temporal.child(_search_attributes())
        temporal = RequiredChild(child, processes=self._processes, ready=self.temporal.serves)
        self._pillars = (postgres, temporal)
        self._exit.callback(self.postgres.tidy)
        for pillar in self._pillars:
            self._exit.push_async_callback(pillar.stop)
        self._say("starting Postgres and Temporal")
        await _together(self._start_database(postgres), temporal.start(), self._start_catcher())

    async def _start_database(self, postgres: RequiredChild) -> None:
        await self.postgres.prepare()
        await postgres.start()
        await self.postgres.create_roles_and_databases()
        await _migrate(self.database_url, self.keys_url)

    async def _start_catcher(self) -> None:
        if self._catches:
            folder = str(self.home / state.CAUGHT)
            command = (sys.executable, "-m", "embedded.catcher", str(self._mail_port), folder)
            await self._supervise(Child(name="mail", command=command), self._mail_answers)

    async def _start_worker(self) -> None:
        if not self.options.worker:
            return
        self._say("starting the worker")
        child = Child(name="worker", command=(sys.executable, "-m", "worker"), env=self._watched("worker"))
        self.worker = await self._supervise(child, self._worker_polls)

    async def _start_web(self) -> None:
        if not self.options.web:
            return
        self._say("starting the web server")
        program = str(Path(sys.executable).parent / "signoff")
        child = Child(name="web", command=(program, "web"), env=self._watched("web"))
        self.web_server = await self._supervise(child, self._web_answers)

    def _watched(self, name: str) -> dict[str, str]:
        return {**self.environment, "SIGNOFF_METRICS_PORT": str(self._metrics_ports[name])}

    async def _supervise(self, child: Child, ready: Callable[[float], Awaitable[bool]]) -> Supervised:
        supervised = Supervised(child, processes=self._processes, ready=ready, say=self._say)
        self._exit.push_async_callback(supervised.stop)
        await supervised.start()
        return supervised

    async def _worker_polls(self, since: float) -> bool:
        return await self.temporal.polled(self.task_queue, since=since)

    async def _mail_answers(self, _: float) -> bool:
        return await ports.answers(self._mail_port)

    async def _web_answers(self, _: float) -> bool:
        return await ports.answers(self._web_port)


async def _together(*work: Coroutine[None, None, None]) -> None:
    """Runs all at once; the first failure cancels the others, and is what the caller gets."""
    tasks = [asyncio.ensure_future(each) for each in work]
    try:
        await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise


async def _migrate(database_url: str, keys_url: str) -> None:
    from eventstore.database import migrate, migrate_keys  # noqa: PLC0415 - only a starting stack needs the store

    await migrate(database_url)
    await migrate_keys(keys_url)


def _search_attributes() -> dict[str, str]:
    from workflows.search_attributes import SEARCH_ATTRIBUTES  # noqa: PLC0415

    return dict(SEARCH_ATTRIBUTES)
