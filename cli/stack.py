"""Commands that run something: up, migrate, worker, web."""

import os
from pathlib import Path
from typing import Any

import click

import logs
from cli.context import Context, everywhere, run
from embedded.options import TEMPORAL_PORT, UI_PORT, WEB_PORT, Options
from embedded.run import run_stack
from eventstore.database import migrate as migrate_log
from eventstore.database import migrate_keys
from settings import home_of

PORT = click.IntRange(0, 65535)


@click.command()
@click.option("--home", type=click.Path(path_type=Path), help="Where the data is kept (default .signoff).")
@click.option("--web-port", type=PORT, default=WEB_PORT, show_default=True, help="0 picks a free one.")
@click.option("--temporal-port", type=PORT, default=TEMPORAL_PORT, show_default=True)
@click.option("--ui-port", type=PORT, default=UI_PORT, show_default=True)
@click.option("--no-worker", is_flag=True)
@click.option("--no-web", is_flag=True)
@everywhere
def up(obj: Context, home: Path | None, *, no_worker: bool, no_web: bool, **ports: Any) -> int:
    """The embedded stack in the foreground: Postgres, Temporal with its UI, a worker, the web server."""
    del obj
    chosen = (home or home_of(os.environ)).expanduser().absolute()
    return run(run_stack(Options(home=chosen, worker=not no_worker, web=not no_web, **ports)))


@click.command()
@everywhere
def migrate(obj: Context) -> None:
    """Bring the database to this version."""
    settings = obj.settings()

    async def work() -> list[str]:
        return [
            str(name) for name in [*await migrate_log(settings.migrate_url), *await migrate_keys(settings.keys_url)]
        ]

    applied = run(work())
    obj.emit(
        {"applied": applied}, lambda: click.echo(f"migrations applied: {', '.join(applied) or 'none were missing'}")
    )


@click.command()
@everywhere
def worker(obj: Context) -> int:
    """One worker against the configured stack."""
    del obj
    import worker as program  # noqa: PLC0415 - a command must not pay for what it does not run

    return program.main()


@click.command()
@everywhere
def web(obj: Context) -> int:
    """One web server against the configured stack."""
    del obj
    from web.app import main  # noqa: PLC0415 - as above

    return main()


@click.command()
@click.argument("case")
@click.argument("offer")
@everywhere
def link(obj: Context, case: str, offer: str) -> None:
    """The link by which the candidate answers OFFER of CASE."""
    from web.links import offer_link  # noqa: PLC0415 - as above

    async def work() -> str:
        async with obj.door() as door:
            return await offer_link(door, case, offer)

    url = run(work())
    obj.emit({"case": case, "offer": offer, "link": url}, lambda: click.echo(url))


@click.command()
@click.option("--home", type=click.Path(path_type=Path), help="Where the demo keeps its data while it runs.")
@click.option("--keep", is_flag=True, help="Keep the data, to look at it with SIGNOFF_HOME and signoff up.")
@everywhere
def demo(obj: Context, home: Path | None, *, keep: bool) -> int:
    """Play one hiring on a fresh embedded stack, with two disasters, and verify the log."""
    from demo.play import run_demo  # noqa: PLC0415 - as above

    logs.configure("DEBUG" if obj.debug else "ERROR")
    chosen = home or home_of(os.environ) / "demo"
    return run(run_demo(chosen.expanduser().absolute(), keep=keep))


COMMANDS = [up, migrate, worker, web, link, demo]
