"""The recorder of the library `eventsourcing`, as its factory makes it from the environment with nothing set but where.

The recorder is below the library's aggregates and mappers: its shortest way to the table.
"""

import json
import threading
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import NAMESPACE_URL, uuid5

from bench.figures import Round
from bench.peers.plain import Streams

SETTINGS = "defaults (pool of 5 and 10 more, table lock, NOTIFY, no database functions), one thread a client"


class Eventsourcing:
    """Raises ImportError if the library is not installed."""

    def __init__(self, url: str) -> None:
        from eventsourcing.postgres import PostgresFactory  # noqa: PLC0415 - a peer may be missing
        from eventsourcing.utils import Environment  # noqa: PLC0415

        parts = urlsplit(url)
        where = {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": parts.path.lstrip("/"),
            "POSTGRES_HOST": parse_qs(parts.query)["host"][0],
            "POSTGRES_USER": parts.username or "",
            "POSTGRES_PASSWORD": "",
        }
        self._factory = PostgresFactory(Environment("bench", env=where))
        self._recorder: Any = self._factory.application_recorder()

    def close(self) -> None:
        self._factory.close()

    def round(self, seconds: float, clients: list[Streams]) -> Round:
        """One thread for each client, as the library works."""
        latencies: list[list[float]] = [[] for _ in clients]
        failed: list[BaseException] = []
        start = time.perf_counter()

        def work(streams: Streams, times: list[float]) -> None:
            try:
                self._client(streams, times, start, start + seconds)
            except BaseException as error:  # noqa: BLE001 - carried over to the caller's thread
                failed.append(error)

        threads = [threading.Thread(target=work, args=each) for each in zip(clients, latencies, strict=True)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failed:
            raise failed[0]
        return Round(time.perf_counter() - start, [one for times in latencies for one in times])

    def _client(self, streams: Streams, times: list[float], start: float, end: float) -> None:
        from eventsourcing.persistence import StoredEvent  # noqa: PLC0415

        before = start
        while before < end:
            stream, version, payload = streams.next()
            event = StoredEvent(
                originator_id=uuid5(NAMESPACE_URL, stream),
                originator_version=version + 1,
                topic="bench:Happened",
                state=json.dumps(payload).encode(),
            )
            self._recorder.insert_events([event])
            now = time.perf_counter()
            times.append(now - before)
            before = now
