"""What every command shares: the options that stand everywhere, the connections, and how a result is printed."""

import asyncio
import getpass
import json
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar

import click
from rich.console import Console

import logs
from domain.kernel.errors import Refused
from domain.processes import PROCESSES
from edge.door import Door
from settings import Settings

T = TypeVar("T")


@dataclass
class Context:
    """The options of one call. `who` is what stood behind --as."""

    as_json: bool = False
    who: str | None = None
    debug: bool = False
    out: Console = field(default_factory=lambda: Console(highlight=False))

    @property
    def authenticated(self) -> str:
        """How the operator's tool knows its user: by the operating system."""
        return f"os:{getpass.getuser()}"

    def settings(self) -> Settings:
        loaded = Settings.load()
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
    async def door(self, *, temporal: bool = False) -> AsyncIterator[Door]:
        """Postgres, the keys, and Temporal if the command needs it."""
        async with Door.opened(self.settings(), PROCESSES, temporal=temporal) as opened:
            yield opened


def print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=_plain) + "\n")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    return str(value)


SHARED = (
    click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output."),
    click.option("--as", "who", metavar="PERSON", help="Act as this person (id or e-mail)."),
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
