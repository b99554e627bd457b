"""A line to a server that can be cut or made to hang, so that tests meet what a network does."""

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Relay:
    """Passes bytes both ways until `close` (connections break, new ones are refused) or `hang` (nothing moves)."""

    address: str
    folder: Path

    def __init__(self, onward: Callable[[], Awaitable[Streams]]) -> None:
        self._onward = onward
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._writers: list[asyncio.StreamWriter] = []
        self._server: asyncio.Server | None = None

    @classmethod
    @asynccontextmanager
    async def to_socket(cls, path: Path) -> AsyncIterator["Relay"]:
        """In front of a Unix socket: one of the same name in `folder`."""
        relay = cls(lambda: asyncio.open_unix_connection(path))
        relay.folder = Path(tempfile.mkdtemp(prefix="sgn"))
        relay._server = await asyncio.start_unix_server(relay._serve, relay.folder / path.name)
        try:
            yield relay
        finally:
            relay.close()
            shutil.rmtree(relay.folder, ignore_errors=True)

    @classmethod
    @asynccontextmanager
    async def to_port(cls, host: str, port: int) -> AsyncIterator["Relay"]:
        """In front of a TCP server, at `address`."""
        relay = cls(lambda: asyncio.open_connection(host, port))
        relay._server = await asyncio.start_server(relay._serve, "127.0.0.1", 0)
        relay.address = f"127.0.0.1:{relay._server.sockets[0].getsockname()[1]}"
        try:
            yield relay
        finally:
            relay.close()

    def hang(self) -> None:
        self._flowing.clear()

    def close(self) -> None:
        assert self._server is not None
        self._server.close()
        self._flowing.set()
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await self._onward()
        self._writers += [writer, far_writer]
        with contextlib.suppress(OSError):
            await asyncio.gather(self._pass(reader, far_writer), self._pass(far_reader, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            await self._flowing.wait()
            writer.write(data)
            await writer.drain()
        writer.close()
