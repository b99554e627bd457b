"""From `signoff up` on an empty home to the first page of the web server."""

import asyncio
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

import httpx

from bench.environment import BenchEnvironment
from bench.figures import Target
from bench.report import Line, Result

MUST_SECONDS = 10
_PORTS = ("--web-port", "0", "--temporal-port", "0", "--ui-port", "0")


async def measure(environment: BenchEnvironment) -> Result:
    """Once: another stack, beside the one that is there, with everything that it makes on its first start."""
    environment.say("the first page after signoff up")
    home = Path(tempfile.mkdtemp(prefix="first-", dir=environment.stack.home.parent))
    try:
        seconds = await _first_page(home)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    verdict = "" if seconds < MUST_SECONDS else f"; MISSED: it must be under {MUST_SECONDS} s"
    line = Line(f"first page after `signoff up`{verdict}", "an empty home", f"{seconds:.1f} s", target=Target())
    return Result([line])


async def _first_page(home: Path) -> float:
    began = time.perf_counter()
    program = str(Path(sys.executable).parent / "signoff")
    up = await asyncio.create_subprocess_exec(
        program, "up", "--home", str(home / "h"), *_PORTS,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert up.stdout is not None
    try:
        ready = json.loads(await up.stdout.readline())
        async with httpx.AsyncClient(trust_env=False) as http:
            (await http.get(f"{ready['web']}/login")).raise_for_status()
        return time.perf_counter() - began
    finally:
        up.terminate()
        await up.wait()
