"""Commands that run something: up, migrate, worker, web, demo; and link and token, which need the web server's keys."""

import os
from pathlib import Path
from typing import Any

import click

from cli.context import Context, everywhere, print_json, run
from domain.kernel.errors import Refused
from embedded.options import TEMPORAL_PORT, UI_PORT, WEB_PORT, Options
from runtime import logs
from runtime.settings import home_of

PORT = click.IntRange(0, 65535)
FOLDER = click.Path(path_type=Path)


@click.command()
@click.option("--home", type=FOLDER, help="Where the data is kept (default: SIGNOFF_HOME, or .signoff).")
@click.option("--web-port", type=PORT, default=WEB_PORT, show_default=True, help="Of the web server; 0 picks any.")
@click.option("--temporal-port", type=PORT, default=TEMPORAL_PORT, show_default=True, help="Of Temporal; 0 picks any.")
@click.option("--ui-port", type=PORT, default=UI_PORT, show_default=True, help="Of the Temporal UI; 0 picks any.")
@click.option("--no-worker", is_flag=True, help="Start no worker; run it yourself with: signoff worker.")
@click.option("--no-web", is_flag=True, help="Start no web server.")
@everywhere
def up(obj: Context, home: Path | None, *, no_worker: bool, no_web: bool, **ports: Any) -> int:
    """Run the embedded stack in the foreground."""
    from embedded.run import run_stack  # noqa: PLC0415 - a command must not pay for what it does not run
    from embedded.stack import on_stderr  # noqa: PLC0415

    def explain(refused: Refused) -> None:
        on_stderr(refused.message)
        if obj.as_json:
            print_json({"code": refused.code, "message": refused.message, "facts": dict(refused.details)})

    chosen = (home or home_of(os.environ)).expanduser().absolute()
    return run(run_stack(Options(home=chosen, worker=not no_worker, web=not no_web, **ports), explain=explain))


@click.command()
@everywhere
def migrate(obj: Context) -> None:
    """Bring the database to this version."""
    from eventstore.database import migrate as migrate_log  # noqa: PLC0415 - as above
    from eventstore.database import migrate_keys  # noqa: PLC0415

    settings = obj.settings(temporal=False)

    async def work() -> list[str]:
        return [*await migrate_log(settings.migrate_url), *await migrate_keys(settings.keys_url)]

    applied = run(work())
    obj.emit(
        {"applied": applied}, lambda: click.echo(f"migrations applied: {', '.join(applied) or 'none were missing'}")
    )


@click.command()
@everywhere
def worker(obj: Context) -> int:
    """Run one worker against the configured stack."""
    del obj
    import worker as program  # noqa: PLC0415 - as above

    return program.main()


@click.command()
@everywhere
def web(obj: Context) -> int:
    """Run one web server against the configured stack."""
    del obj
    from web.app import main  # noqa: PLC0415 - as above

    return main()


@click.command()
@click.argument("case")
@click.argument("offer")
@everywhere
def link(obj: Context, case: str, offer: str) -> None:
    """Print the link by which a candidate answers OFFER."""
    from application.commands.offers import offer_link  # noqa: PLC0415 - as above

    async def work() -> str:
        async with obj.services() as services:
            return await offer_link(services, case, offer)

    url = run(work())
    obj.emit({"case": case, "offer": offer, "link": url}, lambda: click.echo(url))


@click.command()
@everywhere
def token(obj: Context) -> None:
    """Print a token of --as for the API of the embedded stack; it is good for a quarter of an hour."""
    from web.identity.bearer import embedded_token  # noqa: PLC0415 - as above

    async def work() -> str:
        async with obj.services() as services:
            return await embedded_token(services, await services.people.resolve(obj.person_text()))

    made = run(work())
    obj.emit({"token": made}, lambda: click.echo(made))


@click.command()
@click.option("--home", type=FOLDER, help="Where the demo keeps its data while it runs.")
@click.option("--keep", is_flag=True, help="Keep the data, to look at it with SIGNOFF_HOME and signoff up.")
@click.option("--year", is_flag=True, help="A year across all processes; the stack stays for signoff up.")
@everywhere
def demo(obj: Context, home: Path | None, *, keep: bool, year: bool) -> int:
    """Play one hiring with two disasters, and verify."""
    from cli.demo.play import run_demo  # noqa: PLC0415 - as above
    from cli.demo.year import run_year  # noqa: PLC0415 - as above

    logs.configure("DEBUG" if obj.debug else "ERROR")
    if year:
        return run(run_year((home or home_of(os.environ)).expanduser().absolute(), verbose=obj.debug))
    chosen = home or home_of(os.environ) / "demo"
    return run(run_demo(chosen.expanduser().absolute(), keep=keep))


COMMANDS = [up, migrate, worker, web, link, token, demo]
