"""Commands about the log and its keys: verify, checkpoint, recover, rebuild, erase, rotate-master-key."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import click
from asyncpg import PostgresError

from application.administration import checkpoints, erasure
from application.administration.rotation import rotate
from application.commands import attachments
from application.keyring import signing_key
from application.queries import derived_tables, issued_reports, keys
from application.services import Services
from cli.context import Context, everywhere, run
from cli.proving import SIGNER
from domain.kernel.errors import Refused
from eventstore import chain, log, operations
from eventstore import checkpoint as seals
from readmodels import no_such_case
from readmodels import rebuild as rebuild_views
from runtime.translations import catalogue, said

CLAIMS, LEDGER = "claims", "ledger"
"""What `rebuild` calls what cases hold, and the money they moved: no views, since decisions rest on them."""


@click.command()
@click.argument("case", required=False)
@click.option("--checkpoint", "file", type=click.Path(path_type=Path), help="Compare with these signed heads too.")
@SIGNER
@everywhere
def verify(obj: Context, case: str | None, file: Path | None, signer: str | None) -> int:
    """Check the hash chains of the log, or of CASE, and the files attached there.

    Compares with the newest signed heads that were kept by themselves, or with those of --checkpoint.
    """
    key = seals.signer(signer) if signer else None

    async def work() -> int:
        async with obj.services() as services:
            heads, wrong = checkpoints.kept(services.settings)
            if file:
                heads = seals.read(file, key or signing_key(services.settings).public_key())
            async with services.pool.acquire() as conn:
                if case and not await log.stream_version(conn, case):
                    raise no_such_case(case)
                report = await chain.verify(conn, stream=case, checkpoint=heads)
            chained = [chain.Problem("checkpoints", 0, what) for what in wrong]
            found = [
                *chained,
                *report.problems,
                *await attachments.verify(services, case),
                *(() if case else await _keys(services)),
            ]
            if not report.problems:
                found += await derived_tables.verify(services, case)
                found += await issued_reports.verify(services, case)
            await _remember(services, report, found, stream=case, with_checkpoint=heads is not None)
        problems = [f"{p.stream} version {p.version}: {p.what}" for p in found]
        last = f"verified: {report.events} events, {report.streams} streams, {len(problems)} problems"
        answer = {"events": report.events, "streams": report.streams, "problems": problems, "message": last}
        obj.emit(answer, lambda: click.echo("\n".join([*problems, last])))
        return 1 if problems else 0

    return run(work())


async def _keys(services: Services) -> list[chain.Problem]:
    """What a restore of the keys from an older copy, their loss, or another's hand leaves behind."""
    risen, lost = await services.people.risen_and_lost()
    back = "the person was erased, but their key is back: erase them again with signoff erase"
    gone = "the person's key is missing: restore the database of the keys"
    beside_the_log = await keys.verify(services)
    return beside_the_log + [
        chain.Problem(each.stream, each.version, what) for what, rows in ((back, risen), (gone, lost)) for each in rows
    ]


async def _remember(
    services: Services, report: chain.Report, found: list[chain.Problem], *, stream: str | None, with_checkpoint: bool
) -> None:
    """For operations. A log that does not take it (an old copy, opened to read) is verified all the same."""
    with suppress(PostgresError):
        async with services.pool.acquire() as conn:
            await operations.verified(conn, report, found, stream=stream, with_checkpoint=with_checkpoint)


@click.command()
@click.option("--out", "file", type=click.Path(path_type=Path), required=True, help="Where to write the signed heads.")
@everywhere
def checkpoint(obj: Context, file: Path) -> None:
    """Write the signed heads of all streams to a file."""

    async def work() -> None:
        async with obj.services() as services, services.pool.acquire() as conn:
            key = signing_key(services.settings)
            streams = await seals.write(conn, file, key)
        public = key.public_key().public_bytes_raw().hex()
        answer = {"file": str(file), "streams": streams, "public_key": public}
        obj.emit(answer, lambda: click.echo(f"{streams} heads signed in {file}; signed by {public}"))

    run(work())


@click.command()
@everywhere
def recover(obj: Context) -> None:
    """Restart every open case after Temporal was lost."""
    from application.commands.recover import recover as recover_cases  # noqa: PLC0415 - only this command pays for Temporal's SDK

    async def work() -> None:
        async with obj.services(temporal=True) as services:
            done = await recover_cases(services)
        answer: dict[str, Any] = {"recovered": done.started, "running": done.running, "unreadable": done.unreadable}
        unread = [f"{case}: this version cannot read its events; install one that can" for case in done.unreadable]
        last = f"recovered: {done.started} cases, {done.running} were running"
        obj.emit(answer, lambda: click.echo("\n".join([*unread, last])))

    run(work())


@click.command()
@click.argument("view", required=False)
@everywhere
def rebuild(obj: Context, view: str | None) -> None:
    """Build VIEW, or all views, anew and switch. `claims` is what cases hold and others see, `ledger` the money."""

    async def work() -> None:
        async with obj.services() as services:
            if view == CLAIMS:
                held = await derived_tables.rebuild(services)
                obj.emit({"rebuilt": view, "claims": held}, lambda: click.echo(f"{held} claims are held"))
                return
            if view == LEDGER:
                moved = await derived_tables.rebuild_ledger(services)
                obj.emit({"rebuilt": view, "transfers": moved}, lambda: click.echo(f"{moved} transfers are posted"))
                return
            done = await rebuild_views(services.pool, services.processes, view)
        obj.emit({"rebuilt": view or "all", "events": done}, lambda: click.echo(f"rebuilt from {done} events"))

    run(work())


@click.command()
@click.argument("person")
@click.option("--reason", required=True, help="Why; the log keeps it, so name nobody.")
@everywhere
def erase(obj: Context, person: str, reason: str) -> None:
    """Erase the sealed values of PERSON for good."""
    if not reason.strip():
        raise Refused("reason-missing", "Say why with --reason: the log keeps it.")

    async def work() -> None:
        async with obj.services() as services:
            subject = await services.people.resolve(person)
            actor = await services.people.resolve(obj.who) if obj.who else obj.authenticated
            done = await erasure.erase(services, subject, reason, actor=actor)
        answer = {
            "person": subject,
            "erased": True,
            "repeated": not done.new,
            "caught_mails": done.mails,
            "remains": [str(each) for each in done.remains],
        }
        obj.emit(answer, lambda: click.echo("\n".join(_erased(subject, done))))

    run(work())


def _erased(subject: str, done: erasure.Erased) -> list[str]:
    """What was done, and what remains where and until when."""
    _ = catalogue().gettext
    return [
        f"{subject} is erased" + ("" if done.new else " (was erased before)"),
        _("Caught mails deleted: {count}").format(count=done.mails),
        _("What remains:"),
        *(f"- {said(each.id, each.args)}" for each in done.remains),
    ]


@click.command("rotate-master-key")
@everywhere
def rotate_master_key(obj: Context) -> None:
    """Wrap the keys of all people with another master key.

    Stop web and worker first. Without SIGNOFF_MASTER_KEY the next key is made beside the one in use; else set
    SIGNOFF_NEW_MASTER_KEY to it. Links in mails end. Keep the old key for as long as there are backups of the keys.
    """

    async def work() -> tuple[int, str]:
        async with obj.services() as services:
            return await rotate(services)

    done, then = run(work())
    answer = {"rewrapped": done, "then": then}
    obj.emit(answer, lambda: click.echo(f"{done} keys are wrapped with the new master key; {then}"))


COMMANDS = [verify, checkpoint, recover, rebuild, erase, rotate_master_key]
