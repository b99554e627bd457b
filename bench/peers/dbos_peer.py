"""The same decision on DBOS: `recv`, one step with one INSERT, `set_event`; the caller sends and waits for the event.

`python -m bench.peers.dbos_peer` is an application with its callers as threads inside it, like request handlers beside
their workflows: a notification wakes them in memory, and no second process competes for the cores.
"""

import json
import os
import sys
import threading
import time
from typing import Any

from bench.peers.plain import INSERT

SETTINGS = "defaults: LISTEN/NOTIFY, system pool as shipped; callers are threads of the application's process"
DECISIONS = 3
POOL = 10


def main() -> None:
    """Answers one JSON line for each on stdin: `prepare` starts cases, `run` decides on them."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever the library prints must not mix with the answers
    application = _Application(os.environ["BENCH_DATABASE_URL"])
    for line in sys.stdin:
        request = json.loads(line)
        answers.write(json.dumps(getattr(application, request.pop("do"))(**request)) + "\n")
        answers.flush()


class _Application:
    def __init__(self, url: str) -> None:
        import psycopg_pool  # noqa: PLC0415 - a peer may be missing
        from dbos import DBOS  # noqa: PLC0415

        # `$1` of asyncpg is `%s` here; the statement is prepared by psycopg after its fifth use.
        statement = INSERT.replace("$1", "%s").replace("$2", "%s").replace("$3", "%s")
        pool = psycopg_pool.ConnectionPool(url, min_size=1, max_size=POOL, open=True, kwargs={"autocommit": True})
        DBOS(config={"name": "bench", "system_database_url": url, "log_level": "ERROR", "enable_otlp": False})

        @DBOS.step()
        def record(case: str, version: int, payload: dict[str, Any]) -> int:
            with pool.connection() as conn:
                conn.execute(statement, (case, version, json.dumps(payload)))
            return version

        @DBOS.workflow()
        def case_of_three(case: str) -> None:
            for number in range(1, DECISIONS + 1):
                message = DBOS.recv("decide", timeout_seconds=600)
                DBOS.set_event(f"decided-{number}", record(case, number, message))

        DBOS.launch()
        self._dbos = DBOS
        self._workflow = case_of_three
        self._cases: list[str] = []

    def prepare(self, cases: list[str]) -> int:
        """Starts the cases and gives them time to wait for their first message."""
        from dbos import SetWorkflowID  # noqa: PLC0415

        for case in cases:
            with SetWorkflowID(case):
                self._dbos.start_workflow(self._workflow, case)
        self._cases = list(cases)
        time.sleep(0.3 + len(cases) / 200)
        return len(cases)

    def run(self, clients: int, payload: dict[str, Any]) -> dict[str, Any]:
        """Three decisions on each case; seconds from the first to the last, and each one's latency."""
        latencies: list[float] = []
        waiting = list(reversed(self._cases))

        def client() -> None:
            while True:
                try:
                    case = waiting.pop()
                except IndexError:
                    return
                for number in range(1, DECISIONS + 1):
                    before = time.perf_counter()
                    self._dbos.send(case, payload, "decide")
                    if self._dbos.get_event(case, f"decided-{number}", timeout_seconds=60) != number:
                        raise RuntimeError("a decision was not acknowledged")
                    latencies.append(time.perf_counter() - before)

        threads = [threading.Thread(target=client) for _ in range(clients)]
        start = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return {"seconds": time.perf_counter() - start, "latencies": latencies}


if __name__ == "__main__":
    main()
