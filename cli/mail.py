"""`signoff mail`: how one wants one's mail, and what did not arrive."""

from datetime import UTC, datetime
from typing import Any, BinaryIO, get_args

import click

from application.administration import mail as post
from cli.context import Context, everywhere, run
from cli.reader import Reader, acting, reader
from cli.render import columned
from domain.kernel.values.message import N_
from domain.organisation.mailing import Sending
from mail.bounces import LARGEST, Returned, take
from runtime.translations import LANGUAGES, catalogue

STATES = (N_("waiting"), N_("claimed"), N_("bounced"), N_("failed"))
"""The states of a mail that did not arrive, for the catalogue."""


@click.group()
def mail() -> None:
    """Mail: preferences of a person, and what did not arrive."""


@mail.command()
@click.option("--send", "sending", type=click.Choice(get_args(Sending)), help="When to write.")
@click.option("--language", type=click.Choice(LANGUAGES), help="In which language.")
@everywhere
def preferences(obj: Context, sending: str | None, language: str | None) -> None:
    """Show how the person behind --as wants their mail, or change it."""

    async def work() -> dict[str, Any]:
        async with obj.services() as services:
            actor = await acting(obj, services)
            if sending or language:
                found = await post.prefer(services, actor, sending=sending, language=language)
            else:
                found = await post.preference(services, actor.person)
        return {"person": actor.person, "send": found.sending, "language": found.language}

    said = run(work())
    in_language = said["language"] or catalogue().gettext("the language of the organisation's record")
    obj.emit(said, lambda: click.echo(f"{said['send']}, {in_language}"))


@mail.command()
@everywhere
def undelivered(obj: Context) -> None:
    """List mails that did not arrive, without addresses."""

    async def work() -> None:
        async with obj.services() as services:
            rows = await post.undelivered(services)
            shown_to = await reader(obj, services, rows)
        obj.emit(rows, lambda: _listed(obj, rows, shown_to))

    run(work())


@mail.command()
@click.argument("file", type=click.File("rb"))
@click.option("--to", default="", help="The address it was sent to, if the mail server tells it.")
@everywhere
def bounce(obj: Context, file: BinaryIO, to: str) -> None:
    """Take in a mail that came back: FILE is the returned message (RFC 3464), - is standard input."""

    async def work() -> Returned:
        async with obj.services() as services:
            return await take(services, file.read(LARGEST), to=to, now=datetime.now(UTC))

    done = run(work())
    said = {"mail": str(done.mail), "person": done.person, "status": done.status, "became": done.became}
    obj.emit(said, lambda: click.echo(f"{done.mail}: {done.became} ({done.status})"))


def _listed(obj: Context, rows: list[dict[str, Any]], shown_to: Reader) -> None:
    gettext = catalogue().gettext
    if not rows:
        obj.out.print(gettext("No mail is undelivered."))
        return
    table = columned(gettext("When"), gettext("To"), gettext("State"), gettext("Answer"), gettext("Tries"))
    for row in rows:
        to, at = shown_to.person(row["person"]), shown_to.when(row["made_at"])
        table.add_row(at, to, gettext(row["state"]), row["answer"] or "–", str(row["attempts"]))
    obj.out.print(table)


COMMANDS = [mail]
