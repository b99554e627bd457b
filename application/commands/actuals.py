"""Taking a file of bookings: planned or booked, whole or not at all (BUD-05).

This process asks the decider itself instead of a workflow: the case is over in that one decision, and a file is larger
than what a message to a workflow holds (as for bulks, docs/adr/0021).
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from activities.decide import Decider
from application.commands import compose
from application.commands.compose import Actor
from application.files.actuals import read_bookings, read_map
from application.services import Services
from domain.kernel.errors import Refused
from workflows.messages import Perform

PROCESS = "actuals"


async def import_actuals(
    services: Services, path: Path, actor: Actor, *, map_file: Path | None = None, plan: bool = False
) -> dict[str, Any]:
    """What was booked, or with `plan` what would be: rows and totals by line.

    Raises Refused `bad-file` for what is no table, `bad-rows` with every wrong row and column of the file.
    """
    found = read_bookings(path, read_map(map_file))
    payload = {"file": path.name[:200], "rows": list(found.rows)}
    decider = Decider(services.pool, services.processes, services.record_cache)
    problems = list(found.problems)
    if not found.rows:
        raise _bad_rows(problems or [f"row 1: {path.name} has no rows below its headers"])
    made = await compose.start(services, PROCESS, payload, actor)
    if plan or problems:
        try:
            await decider.rehearse(made)
        except Refused as refused:
            if refused.code != "bad-rows" or not problems:
                raise
            problems += refused.details["problems"]
    if problems:
        raise _bad_rows(problems)
    told = {"file": path.name, "rows": len(found.rows), "totals": _totals(found.rows), "booked": not plan}
    if plan:
        return told
    done = await decider.perform(Perform(command=made, known=0))
    if done.refusal:
        raise done.refusal.raised()
    return {**told, "case": made.case, "position": done.position}


def _bad_rows(problems: list[str]) -> Refused:
    template = "{count} problems, nothing was booked: {summary}"
    ordered = sorted(problems, key=_row)
    return Refused("bad-rows", template, count=len(ordered), summary="; ".join(ordered[:5]), problems=ordered)


def _row(problem: str) -> int:
    number = problem.removeprefix("row ").partition(",")[0]
    return int(number) if number.isdigit() else 0


def _totals(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """By line and currency, as stated; reversals count against it."""
    sums: dict[str, Decimal] = {}
    for row in rows:
        key = f"{row['line']} {row['amount']['currency']}"
        sums[key] = sums.get(key, Decimal(0)) + Decimal(row["amount"]["amount"]) * (-1 if row["reverses"] else 1)
    return {key: f"{amount:f}" for key, amount in sorted(sums.items())}
