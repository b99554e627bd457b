"""`signoff up`: the stack in the foreground until Ctrl-C, SIGTERM, or the end of Postgres or Temporal."""

import asyncio
import json
import signal
import sys
from collections.abc import Callable
from typing import Any

from domain.kernel.errors import Refused
from embedded.options import Options
from embedded.stack import Stack, on_stderr

_BAD_INPUT = frozenset({"port-taken", "already-running", "home-unusable", "postgres-version"})
_REFUSED = 2
_FAILED = 1


def _explain(refused: Refused) -> None:
    on_stderr(refused.message)


async def run_stack(options: Options, *, explain: Callable[[Refused], None] = _explain) -> int:
    """Runs until asked to stop. Returns 0 after a clean stop, 2 for a choice that cannot work, 1 for anything else.

    Prints one JSON line on stdout when everything serves; all else goes to stderr. `explain` says why it cannot start.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(sig, stop.set)
    try:
        return await _run(options, stop)
    except Refused as refused:
        explain(refused)
        return _REFUSED if refused.code in _BAD_INPUT else _FAILED


async def _run(options: Options, stop: asyncio.Event) -> int:
    stack = Stack(options)
    starting = asyncio.ensure_future(stack.__aenter__())
    if not await _first(starting, stop):
        on_stderr("stopped before it was ready")
        return 0
    try:
        await starting
        _announce(stack)
        failing = asyncio.ensure_future(stack.failure())
        failed = await _first(failing, stop)
        on_stderr(failing.result().message if failed else "stopping")
        return _FAILED if failed else 0
    finally:
        await stack.__aexit__(None, None, None)


async def _first(work: asyncio.Future[Any], stop: asyncio.Event) -> bool:
    """Waits for `work` or for the wish to stop, whichever comes first; True if it was `work`. Cancels the other."""
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait({work, stopping}, return_when=asyncio.FIRST_COMPLETED)
    done = work.done()
    for future in (work, stopping):
        if not future.done():
            future.cancel()
    await asyncio.gather(work, stopping, return_exceptions=True)
    return done


def _announce(stack: Stack) -> None:
    addresses = stack.addresses.model_dump(exclude={"keys_url"})
    sys.stdout.write(json.dumps({"ready": True, **addresses}) + "\n")
    sys.stdout.flush()
    places = {"Temporal UI": stack.ui, "web": stack.web, "caught mails": stack.addresses.mail}
    on_stderr(", ".join(f"{name} {at}" for name, at in places.items() if at) + "; Ctrl-C stops it")
