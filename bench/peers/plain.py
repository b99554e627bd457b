"""The least that stores an event: one prepared INSERT by asyncpg into a table with the keys that the log has."""

import json
from typing import Any

import asyncpg

CREATE = """
create schema if not exists plain;
create sequence if not exists plain.positions as bigint;
create table if not exists plain.events (
    position bigint primary key,
    stream text collate "C" not null,
    version bigint not null,
    payload json not null,
    unique (stream, version)
)
"""
INSERT = """
insert into plain.events (position, stream, version, payload) values (nextval('plain.positions'), $1, $2, $3)
"""


class PlainClient:
    """One connection that appends to streams of its own."""

    def __init__(self, insert: Any, streams: "Streams") -> None:
        self._insert = insert
        self._streams = streams

    @classmethod
    async def make(cls, conn: "asyncpg.Connection[Any]", streams: "Streams") -> "PlainClient":
        return cls(await conn.prepare(INSERT), streams)

    async def append(self) -> None:
        stream, version, payload = self._streams.next()
        await self._insert.fetch(stream, version + 1, json.dumps(payload))


class Streams:
    """Names, versions and payloads for one client: streams of `length` events, one after another."""

    def __init__(self, name: str, payloads: list[dict[str, Any]], *, length: int = 20) -> None:
        self._name = name
        self._payloads = payloads
        self._length = length
        self._count = 0

    def next(self) -> tuple[str, int, dict[str, Any]]:
        """Stream, its version until now, and what to append."""
        number, version = divmod(self._count, self._length)
        payload = self._payloads[self._count % len(self._payloads)]
        self._count += 1
        return f"{self._name}-{number}", version, payload
