"""`signoff org skill` keeps the register of skills; `signoff report job-descriptions` lists what is in force."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.text import Text

from application.administration.registers import set_skill
from application.files.words import Id
from application.queries.registers import descriptions
from application.wording.reader import in_language
from cli.context import Context, everywhere, run
from cli.queries import AS_OF
from cli.reader import acting
from cli.render import columned
from cli.tables import OUT, TABLE, write_report
from domain.kernel.errors import Refused
from domain.organisation.jobs import Skill
from domain.organisation.register_report import RegisterReport
from runtime.translations import catalogue, language

DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("skill")
@click.option("--name", "names", metavar="LANGUAGE=TEXT", multiple=True, help='Its name, for example en="Managing IT".')
@click.option("--from", "start", type=DAY, help="The first day on which a description may ask for it.")
@click.option("--until", "end", type=DAY, help="The first day on which no new description may ask for it any more.")
@everywhere
def skill(obj: Context, skill: str, names: tuple[str, ...], start: datetime | None, end: datetime | None) -> None:
    """Add SKILL to the register, rename or end it; what is not given stays. For HR partners and operations."""

    async def work() -> dict[str, Any]:
        wanted = Skill(id=_id(skill), name=dict(map(_named, names)), start=_date(start), end=_date(end))
        async with obj.services() as services:
            return await set_skill(services, wanted, await acting(obj, services))

    told = run(work())
    obj.emit(told, lambda: click.echo(f"{told['id']}: {_called(told['name'], told['id'])}"))


@click.command("job-descriptions")
@click.option("--unit", help="Only this unit and those below it.")
@click.option("--overdue", is_flag=True, help="Only those that nobody looked at in time.")
@OUT
@TABLE
@AS_OF
@everywhere
def job_descriptions(
    obj: Context, unit: str | None, out: Path | None, table: str | None, as_of: datetime | None, *, overdue: bool
) -> None:
    """List the job descriptions in force, the longest overdue first, as the person behind --as may see them."""

    async def work() -> RegisterReport:
        async with obj.services() as services:
            who = (await acting(obj, services)).person if obj.who else None
            return await descriptions(services, unit=unit, as_of=as_of, overdue_only=overdue, reader=who)

    told = run(work())
    if out is not None:
        write_report(obj, out, told, table)
        return
    obj.emit(told, lambda: _print(obj.out, told))


def _print(out: Console, told: RegisterReport) -> None:
    _ = catalogue().gettext
    said = _(
        "Job descriptions in force: {count}; overdue: {late}; positions that somebody holds without one: {without}"
    )
    out.print(said.format(count=told.in_force, late=told.overdue, without=len(told.without)))
    if not told.listed:
        return
    table = columned(_("Job description"), _("Version"), _("Unit"), _("Grade"), _("Look again by"), _("Case"))
    for one in told.listed:
        late = _("{day}, {count} days late").format(day=one.review_by, count=one.days_late)
        due = Text(late, "red") if one.days_late else Text(str(one.review_by))
        name = f"{_called(one.title, one.description)} ({one.description})"
        table.add_row(name, str(one.version), one.unit, str(one.grade), due, one.case or "")
    out.print(table)


def _called(names: Mapping[str, str], otherwise: str) -> str:
    return in_language(names, language(), otherwise)


def _named(text: str) -> tuple[str, str]:
    code, found, name = text.partition("=")
    if not (found and name.strip() and len(code) == 2 and code.isalpha() and code.islower()):
        raise Refused("bad-name", "--name: write a language and a name, for example {example}.", example="th=ภาษาไทย")
    return code, name.strip()[:200]


def _id(text: str) -> str:
    try:
        return TypeAdapter(Id).validate_python(text)
    except ValidationError:
        template = "{skill} is no id for a skill: it has small letters, digits, and . _ - only."
        raise Refused("bad-id", template, skill=text[:80]) from None


def _date(day: datetime | None) -> date | None:
    return day.date() if day else None
