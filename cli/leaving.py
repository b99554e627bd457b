"""Commands of `org` for when someone leaves or moves. Without --apply they only show what would happen."""

from datetime import date, datetime
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from application.services import Services
from cli.context import Context, everywhere, run
from cli.reader import Reader, reader
from cli.render import columned
from domain.kernel.showing.redaction import readable
from runtime.translations import catalogue

ON = click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="The first day of it; today if left out.")
APPLY = click.option("--apply", "carry_out", is_flag=True, help="Carry it out. Safe to repeat.")


@click.command()
@click.argument("person")
@ON
@click.option("--successor", metavar="PERSON", help="Who gets tasks, cases and budget lines; the manager if left out.")
@APPLY
@everywhere
def leave(obj: Context, person: str, day: datetime | None, successor: str | None, *, carry_out: bool) -> None:
    """Plan, or with --apply carry out, that PERSON no longer works here from a day on."""
    from application.administration import leaving  # noqa: PLC0415 - it brings the SDK along, which an import of files does not need

    async def work() -> dict[str, Any]:
        async with obj.services(temporal=carry_out) as services:
            asked = leaving.Asked(
                await services.people.resolve(person), _date(day), await _resolved(services, successor)
            )
            who = await _resolved(services, obj.who)
            if carry_out:
                done = await leaving.apply_leaving(services, asked, actor=who or obj.authenticated, reader=who)
            else:
                done = await leaving.told(
                    services, await leaving.plan_leaving(services, asked), applied=False, reader=who
                )
            shown_to = await reader(obj, services, done["items"])
            obj.emit(done, lambda: _told(obj.out, done, shown_to))
            return done

    if run(work()).get("failed"):
        raise click.exceptions.Exit(1)


@click.command()
@click.argument("person")
@click.option("--to", "position", required=True, metavar="POSITION", help="The position they take.")
@ON
@APPLY
@everywhere
def move(obj: Context, person: str, position: str, day: datetime | None, *, carry_out: bool) -> None:
    """Plan, or with --apply carry out, that PERSON takes another position from a day on."""
    from application.administration import leaving  # noqa: PLC0415 - as above

    async def work() -> None:
        async with obj.services() as services:
            mover, who = await services.people.resolve(person), await _resolved(services, obj.who)
            if carry_out:
                actor = who or obj.authenticated
                items = await leaving.apply_move(services, mover, position, day=_date(day), actor=actor)
            else:
                _events, items, _day = await leaving.plan_move(services, mover, position, day=_date(day))
            told = await leaving.shown(services, items, who)
            done = {"person": mover, "position": position, "applied": carry_out, "items": told}
            shown_to = await reader(obj, services, done["items"])
            obj.emit(done, lambda: _told(obj.out, done, shown_to))

    run(work())


async def _resolved(services: Services, person: str | None) -> str | None:
    return await services.people.resolve(person) if person else None


def _date(day: datetime | None) -> date | None:
    return day.date() if day else None


def _told(out: Console, done: dict[str, Any], shown_to: Reader) -> None:
    _ = catalogue().gettext
    table = columned(_("What"), _("Which"), _("What becomes of it"))
    for item in done["items"]:
        text = Text(shown_to.said(item["message"]), "yellow" if item["stays"] else "")
        if item["later"]:
            text.append(f"\n{_('by itself on the day')}", "dim")
        table.add_row(_(item["what"].replace("-", " ")), shown_to.text(item["id"]), text)
    out.print(table if done["items"] else _("Nothing is left to be done."))
    for failed in map(readable, done.get("failed", ())):
        out.print(Text(f"{failed['task'] or failed['case']} ({failed['code']}): {failed['message']}", "red"))
    if done["items"] and not done["applied"]:
        out.print(Text(_("Nothing was changed; add --apply to carry it out."), "dim"))
