"""Commands that only look: inbox, notifications, cases, show, timeline. They need Postgres and no Temporal."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from application.queries import listing, reading
from application.queries.reports import organisation_at
from application.services import Services
from cli import render, sentences
from cli.context import Context, everywhere, run
from cli.reader import acting, reader
from cli.tables import CASES, INBOX, OUT, said_rows, write_rows
from domain.organisation.browsing import units_of
from readmodels import Wanted


class Instant(click.ParamType[datetime]):
    """A time as ISO 8601; without a zone it is the machine's own."""

    name = "TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return datetime.fromisoformat(value).astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is not a time; write 2026-11-23 or 2026-11-23T14:30+07:00", param, ctx)


AS_OF = click.option(
    "--as-of", type=Instant(), help="As it was known at this time, for example 2026-11-23T14:30+07:00."
)


@click.command()
@OUT
@AS_OF
@everywhere
def inbox(obj: Context, out: Path | None, as_of: datetime | None) -> None:
    """List what waits for the person behind --as."""

    async def work() -> None:
        async with obj.services() as services:
            rows = await reading.inbox(services, (await acting(obj, services)).person, as_of=as_of)
            if out is not None:
                told = [row | {"title": row["message"]} for row in rows]
                write_rows(obj, out, INBOX, said_rows(told, "title", "case_title"))
                return
            shown_to = await reader(obj, services, rows)
            obj.emit(rows, lambda: render.inbox(obj.out, rows, shown_to))

    run(work())


@click.command()
@AS_OF
@everywhere
def notifications(obj: Context, as_of: datetime | None) -> None:
    """List what the person behind --as was told."""

    async def work() -> None:
        async with obj.services() as services:
            rows = await reading.notifications(services, (await acting(obj, services)).person, as_of=as_of)
            shown_to = await reader(obj, services, rows)
            obj.emit(rows, lambda: render.notifications(obj.out, rows, shown_to))

    run(work())


@click.command()
@click.option("--process", help="Only cases of this process.")
@click.option("--unit", help="Only cases of this unit.")
@click.option("--below", is_flag=True, help="With --unit: also of the units below it.")
@click.option("--open", "open_only", is_flag=True, help="Only cases that are not finished.")
@click.option("--stuck", "trouble", flag_value="stuck", multiple=True, help="Only cases with a step for nobody.")
@click.option("--overdue", "trouble", flag_value="overdue", multiple=True, help="Only cases with a task past its time.")
@OUT
@AS_OF
@everywhere
def cases(
    obj: Context,
    process: str | None,
    unit: str | None,
    out: Path | None,
    as_of: datetime | None,
    trouble: tuple[str, ...],
    *,
    below: bool,
    open_only: bool,
) -> None:
    """List the cases, newest first."""

    async def work() -> None:
        async with obj.services() as services:
            units = units_of(await organisation_at(services, as_of), unit, below=below) if unit else None
            wanted = Wanted(process=process, units=units, open_only=open_only, **dict.fromkeys(trouble, True))
            rows = await listing.cases(services, wanted, reader=await _person(obj, services), as_of=as_of)
            if out is not None:
                told = [row | {"title": row["case_title"]} for row in rows]
                write_rows(obj, out, CASES, said_rows(told, "title"))
                return
            shown_to = await reader(obj, services, rows)
            obj.emit(rows, lambda: render.cases(obj.out, rows, shown_to))

    run(work())


@click.command()
@click.argument("case")
@AS_OF
@everywhere
def show(obj: Context, case: str, as_of: datetime | None) -> None:
    """Show where CASE stands."""

    async def work() -> None:
        async with obj.services() as services:
            shown = await reading.show(services, case, as_of=as_of, reader=await _person(obj, services))
            kernel = shown["state"].get("case") or {}
            shown_to = await reader(obj, services, [shown["tasks"], kernel.get("title"), kernel.get("requester")])
            obj.emit(shown, lambda: render.case(obj.out, shown, shown_to))

    run(work())


@click.command()
@click.argument("case")
@AS_OF
@everywhere
def timeline(obj: Context, case: str, as_of: datetime | None) -> None:
    """List every event of CASE, oldest first."""

    async def work() -> None:
        async with obj.services() as services:
            rows = await reading.timeline(services, case, as_of=as_of, reader=await _person(obj, services))
            shown_to = await reader(obj, services, rows)
            obj.emit(rows, lambda: sentences.timeline(obj.out, rows, shown_to))

    run(work())


async def _person(obj: Context, services: Services) -> str | None:
    """Whose eyes it is seen through: without --as the operator's, who sees everything (KRN-43)."""
    return (await acting(obj, services)).person if obj.who else None


COMMANDS = [inbox, notifications, cases, show, timeline]
