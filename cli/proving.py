"""Commands for those who must prove or check: proof, attach, attachment."""

from pathlib import Path
from typing import Any
from uuid import UUID

import click

from application.commands import attachments
from application.queries import proof as proofs
from application.services import Services
from cli.cases import ONCE
from cli.context import Context, everywhere, run
from cli.reader import acting
from eventstore import checkpoint as seals

FILE = click.Path(path_type=Path)
SIGNER = click.option(
    "--public-key", "signer", metavar="HEX", help="The key that signed the checkpoint, if it is not that of today."
)


@click.command()
@click.argument("case")
@click.option("--out", "file", type=FILE, required=True, help="Where to write the proof.")
@click.option("--checkpoint", type=FILE, help="Signed heads kept elsewhere: they go in beside those signed now.")
@SIGNER
@everywhere
def proof(obj: Context, case: str, file: Path, checkpoint: Path | None, signer: str | None) -> None:
    """Write all of CASE to a file that anyone can check without Signoff.

    verifier/verify_proof.py checks it. The file holds everything the case holds: hand it to those who may see that.
    """
    key = seals.signer(signer) if signer else None

    async def work() -> proofs.Written:
        async with obj.services() as services:
            reader = await _reader(obj, services)
            return await proofs.write(services, case, file, checkpoint=checkpoint, signer=key, reader=reader)

    done = run(work())
    answer = {"file": str(file), "events": done.events, "decisions": done.decisions, "public_key": done.public_key}
    said = f"proved in {file}: {done.events} events, {done.decisions} decisions; signed by {done.public_key}"
    obj.emit(answer, lambda: click.echo(said))


@click.command()
@click.argument("case")
@click.argument("file", type=FILE)
@click.option("--task", help="The task or approval it is about; without it, the case.")
@click.option("--name", help="What the log calls it for good, so name nobody; the file's own name if left out.")
@click.option("--seal-for", metavar="PERSON", default="", help="Whom it is about: it is erased with them.")
@ONCE
@everywhere
def attach(
    obj: Context, case: str, file: Path, task: str | None, name: str | None, seal_for: str, command_id: UUID | None
) -> None:
    """Attach FILE to CASE: a document, a picture or a mail of at most 10 MB."""
    found = attachments.read(file, name=name, sealed_for=seal_for)

    async def work() -> dict[str, Any]:
        async with obj.services(temporal=True) as services:
            actor = await acting(obj, services)
            return await attachments.attach(services, case, found, actor, about=task, command_id=command_id)

    ack = run(work())
    obj.emit(ack, lambda: click.echo("{case}: version {version}, position {position}, file {sha256}".format(**ack)))


@click.command()
@click.argument("hash_", metavar="HASH")
@click.option("--out", "file", type=FILE, required=True, help="Where to write the file.")
@everywhere
def attachment(obj: Context, hash_: str, file: Path) -> None:
    """Write the attached file with this HASH to a file of one's own."""

    async def work() -> bytes:
        async with obj.services() as services:
            return await attachments.fetch(services, hash_, reader=await _reader(obj, services))

    size = file.write_bytes(run(work()))
    obj.emit({"file": str(file), "size": size, "sha256": hash_}, lambda: click.echo(f"{size} bytes in {file}"))


async def _reader(obj: Context, services: Services) -> str | None:
    """Whose eyes it is for: without --as the operator's, who sees everything (KRN-43)."""
    return (await acting(obj, services)).person if obj.who else None


COMMANDS = [proof, attach, attachment]
