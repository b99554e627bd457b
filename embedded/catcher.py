"""A mail server that delivers nothing: it keeps each mail as a file, for the page of caught mails. Embedded stack only.

`python -m embedded.catcher PORT FOLDER` serves until SIGTERM.
"""

import asyncio
import signal
import sys
import time
from pathlib import Path
from uuid import uuid4

from aiosmtpd.smtp import SMTP, Envelope, Session

from embedded.ports import HOST

KEPT = 500
"""Mails; older ones are deleted."""


class Keep:
    """Writes each mail into `folder`, oldest names first."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        content = envelope.content or b""
        data = content if isinstance(content, bytes) else content.encode()
        name = f"{time.time_ns():020}-{uuid4().hex[:8]}.eml"
        partial = self._folder / f"{name}.partial"
        partial.write_bytes(data)
        partial.replace(self._folder / name)
        for old in sorted(self._folder.glob("*.eml"))[:-KEPT]:
            old.unlink(missing_ok=True)
        return "250 OK"


async def serve(port: int, folder: Path) -> None:
    keep, loop, stop = Keep(folder), asyncio.get_running_loop(), asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    server = await loop.create_server(lambda: SMTP(keep, enable_SMTPUTF8=True, loop=loop), HOST, port)
    async with server:
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
