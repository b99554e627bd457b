"""What a number means nothing without: versions, the settings that decide how durable a commit is, and the machine."""

import os
import platform
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import asyncpg
from temporalio.api.workflowservice.v1 import GetSystemInfoRequest

from bench.environment import BenchEnvironment
from bench.plan import Plan

PACKAGES = ("temporalio", "asyncpg", "pydantic", "eventsourcing", "dbos", "psycopg", "sqlalchemy")
SETTINGS = ("fsync", "synchronous_commit", "full_page_writes", "wal_sync_method", "shared_buffers", "max_connections")
_SYNCS = 40


async def machine(environment: BenchEnvironment, plan: Plan) -> list[tuple[str, str]]:
    conn = await asyncpg.connect(environment.cases_url)
    settings = [f"{name}={await conn.fetchval(f'show {name}')}" for name in SETTINGS]
    postgres = await conn.fetchval("show server_version")
    await conn.close()
    client = await environment.client()
    temporal = (await client.workflow_service.get_system_info(GetSystemInfoRequest())).server_version
    return [
        ("machine", f"{platform.platform(terse=True)}, {_processors()} CPUs, load before {os.getloadavg()[0]:.1f}"),
        ("Python", platform.python_version()),
        ("Postgres", f"{postgres}: {', '.join(settings)}"),
        ("Temporal", f"server {temporal}, development server on a SQLite file"),
        ("packages", ", ".join(f"{name} {_version(name)}" for name in PACKAGES)),
        (
            "disk",
            f"write and fdatasync of 8 kB in the data's folder: {_sync_ms(environment.stack.home):.2f} ms (median)",
        ),
        ("seed", f"{plan.seed}"),
    ]


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _sync_ms(folder: Path) -> float:
    """The floor under every commit here."""
    times = []
    file = folder / "sync.probe"
    with file.open("wb") as out:
        for _ in range(_SYNCS):
            before = time.perf_counter()
            out.write(b"\0" * 8192)
            out.flush()
            os.fsync(out.fileno()) if not hasattr(os, "fdatasync") else os.fdatasync(out.fileno())
            times.append(time.perf_counter() - before)
    file.unlink()
    return sorted(times)[_SYNCS // 2] * 1000
