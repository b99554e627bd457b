"""`signoff calendar`: the secret address under which a calendar program reads what is due for a person."""

from typing import Any

import click

from application.queries import due_calendar
from cli.context import Context, everywhere, run
from cli.reader import acting
from runtime.translations import catalogue


@click.group()
def calendar() -> None:
    """What is due for the person behind --as, for calendar programs."""


@calendar.command()
@everywhere
def address(obj: Context) -> None:
    """Make a new address and print it, this once; an earlier one opens nothing any more."""

    async def work() -> dict[str, Any]:
        async with obj.services() as services:
            actor = await acting(obj, services)
            return {"person": actor.person, "address": await due_calendar.new_address(services, actor.person)}

    told = run(work())
    obj.emit(told, lambda: click.echo(told["address"]))


@calendar.command()
@everywhere
def revoke(obj: Context) -> None:
    """Take the address back."""

    async def work() -> dict[str, Any]:
        async with obj.services() as services:
            actor = await acting(obj, services)
            return {"person": actor.person, "revoked": await due_calendar.revoke_address(services, actor.person)}

    told = run(work())
    gettext = catalogue().gettext
    done, none = gettext("The address opens nothing any more."), gettext("There was no address.")
    obj.emit(told, lambda: click.echo(done if told["revoked"] else none))


@calendar.command()
@everywhere
def show(obj: Context) -> None:
    """Print the calendar as a program would read it."""

    async def work() -> bytes:
        async with obj.services() as services:
            return await due_calendar.calendar_of(services, (await acting(obj, services)).person)

    text = run(work()).decode()
    obj.emit({"calendar": text}, lambda: click.echo(text, nl=False))


COMMANDS = [calendar]
