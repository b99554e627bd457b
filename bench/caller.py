"""A caller of HTTP that costs nearly nothing, so that what is measured is the server.

A call by httpx takes 2 to 3 ms of processor time, a tenth of a whole decision, on the cores that the server needs too;
the workflow client on the other side of the comparison takes less than 2 ms, its decision included.
"""

import asyncio
import time
from dataclasses import dataclass

_IDLE_SECONDS = 2
"""Given up before the server does, which closes what was idle: it might do so under a request."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes


@dataclass(frozen=True)
class _Line:
    """A connection that is kept for the next request, since `free_at` (monotonic seconds)."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    free_at: float


class Caller:
    """HTTP/1.1 over kept connections, as many as are needed at once. Only for answers that state their length."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._free: list[_Line] = []

    async def get(self, path: str, headers: str = "") -> Answer:
        return await self._call(f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\n{headers}\r\n".encode())

    async def post(self, path: str, headers: str, json: bytes) -> Answer:
        """`headers` are whole lines, each with its end."""
        stated = f"Content-Type: application/json\r\nContent-Length: {len(json)}\r\n"
        return await self._call(f"POST {path} HTTP/1.1\r\nHost: {self._host}\r\n{headers}{stated}\r\n".encode() + json)

    def close(self) -> None:
        for line in self._free:
            line.writer.close()
        self._free.clear()

    async def _call(self, request: bytes) -> Answer:
        line = await self._line()
        line.writer.write(request)
        head = (await line.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = int(head.partition("\r\ncontent-length:")[2].partition("\r\n")[0])
        body = await line.reader.readexactly(length)
        self._free.append(_Line(line.reader, line.writer, time.monotonic()))
        return Answer(int(head.split(" ", 2)[1]), body)

    async def _line(self) -> _Line:
        while self._free:
            line = self._free.pop()
            if time.monotonic() - line.free_at < _IDLE_SECONDS:
                return line
            line.writer.close()
        reader, writer = await asyncio.open_connection(self._host, self._port)
        return _Line(reader, writer, time.monotonic())
