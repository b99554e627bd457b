"""What every command shares: the options that stand everywhere, the connections, and how a result is printed."""

import asyncio
import getpass
import json
import os
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, wraps
from typing import Any, TypeVar

import click
from rich.console import Console

from application.services import Services
from domain.kernel.errors import Refused
from domain.processes import PROCESSES
from eventstore.database import check_schema
from runtime import logs
from runtime.settings import Settings

T = TypeVar("T")

WIDE = 1000
"""Columns where output goes to a file or another program: nothing is folded there."""


@dataclass
class Context:
    """The options of one call. `who` is what stood behind --as."""

    as_json: bool = False
    who: str | None = None
    debug: bool = False

    @cached_property
    def out(self) -> Console:
        """As wide as the terminal (or COLUMNS). Markup is off: what people wrote is never read as formatting."""
        width = None if sys.stdout.isatty() or os.environ.get("COLUMNS") else WIDE
        return Console(width=width, highlight=False, markup=False, emoji=False)

    @property
    def authenticated(self) -> str:
        """How the operator's tool knows its user: by the operating system."""
        return f"os:{_user()}"

    def settings(self, *, temporal: bool = True) -> Settings:
        loaded = Settings.load(temporal=temporal)
        logs.configure("DEBUG" if self.debug else "WARNING")
        return loaded

    def person_text(self) -> str:
        if not self.who:
            raise Refused("no-person", "Say who you are with --as PERSON (a person id or an e-mail address).")
        return self.who

    def emit(self, value: Any, people: Callable[[], None]) -> None:
        """`value` as the one JSON document, or what `people` prints."""
        if self.as_json:
            print_json(value)
        else:
            people()

    @asynccontextmanager
    async def services(self, *, temporal: bool = False) -> AsyncIterator[Services]:
        """Postgres, the keys, and Temporal if the command needs it. Raises DatabaseOutdated for another schema."""
        async with Services.opened(self.settings(temporal=temporal), PROCESSES, temporal=temporal) as opened:
            async with opened.pool.acquire() as conn:
                await check_schema(conn)
            yield opened


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container whose user has no name
        return str(os.getuid())


def print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=_plain) + "\n")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    return str(value)


SHARED = (
    click.option("--json", "as_json", is_flag=True, help="Print one JSON document on standard output."),
    click.option("--as", "who", metavar="PERSON", help="Act as this person (an id or an e-mail address)."),
    click.option("--debug", is_flag=True, help="Show tracebacks and debug logs."),
)


def everywhere(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds --json, --as and --debug, before or behind the command's name."""

    @wraps(function)
    def wrapped(*args: Any, as_json: bool, who: str | None, debug: bool, **kwargs: Any) -> Any:
        obj = click.get_current_context().ensure_object(Context)
        obj.as_json = obj.as_json or as_json
        obj.who = who or obj.who
        obj.debug = obj.debug or debug
        return function(obj, *args, **kwargs)

    for option in SHARED:
        wrapped = option(wrapped)
    return wrapped


def run(work: Coroutine[Any, Any, T]) -> T:
    """Runs a command's coroutine to its end."""
    return asyncio.run(work)
