"""How much is measured: the full plan and the quick one."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Plan:
    """`rounds` count for each side of each comparison, after one round that does not count."""

    seed: int
    rounds: int = 15
    seconds: float = 0.4
    """Of one round of appends."""
    clients: tuple[int, ...] = (1, 8, 32)
    """Of appends."""
    rounds_alone: int = 8
    cases_alone: int = 8
    """Cases of one round of one client; each gets three decisions."""
    people: int = 70
    """Who raise requisitions, at most."""
    busy_clients: int = 32
    busy_rounds: int = 5
    busy_cases: int = 64
    """Cases of one round of many clients; each gets three decisions."""
    log_rounds: int = 3
    open_cases: int = 1000
    """Open when the worker's memory is read."""
    resolutions: int = 2000
    inbox_rounds: int = 60
    bulk_tasks: int = 500
    bulk_rounds: int = 1
    crowd_seconds: float = 60
    crowd_cases: int = 400
    """Cases that are approved while many read."""
    readers: int = 200
    deciders: int = 20
    budget_lines: int = 1000
    transfers: int = 1_000_000
    """In the ledger when balances are asked for."""
    commitments: int = 10_000
    """Open when a year ends."""
    requests: int | None = None
    """Payment requests that are replayed, all by default."""
    data: Path | None = None
    """Where they are."""

    @classmethod
    def quick(cls, seed: int) -> "Plan":
        return cls(
            seed=seed,
            rounds=3,
            seconds=0.2,
            rounds_alone=2,
            cases_alone=4,
            people=16,
            busy_rounds=1,
            busy_cases=32,
            log_rounds=2,
            open_cases=100,
            resolutions=300,
            inbox_rounds=10,
            bulk_tasks=40,
            bulk_rounds=1,
            crowd_seconds=5,
            crowd_cases=40,
            budget_lines=100,
            transfers=50_000,
            commitments=500,
            requests=200,
        )
