"""Commands for those who must prove or check: proof, attach, attachment."""

from pathlib import Path

import click

from cli.context import Context, everywhere, run
from cli.reader import acting
from edge import proof as proofs

FILE = click.Path(path_type=Path)


@click.command()
@click.argument("case")
@click.option("--out", "file", type=FILE, required=True, help="Where to write the proof.")
@click.option("--checkpoint", type=FILE, help="Signed heads kept elsewhere; without it heads are signed now.")
@everywhere
def proof(obj: Context, case: str, file: Path, checkpoint: Path | None) -> None:
    """Write all of CASE to a file that anyone can check without Signoff.

    verifier/verify_proof.py checks it. The file holds everything the case holds: hand it to those who may see that.
    """

    async def work() -> proofs.Written:
        async with obj.door() as door:
            reader = (await acting(obj, door)).person if obj.who else None
            return await proofs.write(door, case, file, checkpoint=checkpoint, reader=reader)

    done = run(work())
    answer = {"file": str(file), "events": done.events, "decisions": done.decisions, "public_key": done.public_key}
    said = f"proved in {file}: {done.events} events, {done.decisions} decisions; signed by {done.public_key}"
    obj.emit(answer, lambda: click.echo(said))


COMMANDS = [proof]
