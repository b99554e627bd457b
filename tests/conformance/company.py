"""The example company and its policy as every conformance test finds them: folded from the files, no database."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from application.files.organisation import read_organisation
from application.files.policy import read_policy
from domain.kernel.command import Command
from domain.kernel.effects import ClaimQuery
from domain.kernel.facts import Facts
from domain.kernel.ledger import Balance, LinePeriod, is_period
from domain.kernel.policy import Policy
from domain.kernel.process import Process
from domain.kernel.value import Value
from domain.organisation.model import Organisation
from domain.organisation.record import fold, plan_import

EXAMPLES = Path(__file__).parents[2] / "examples"
NOW = datetime(2026, 12, 1, 3, tzinfo=UTC)
"""A Tuesday, ten in the morning in Bangkok."""


@cache
def organisation() -> Organisation:
    today = NOW.date()
    wanted = read_organisation(sorted((EXAMPLES / "company").glob("*.yaml")), today).wanted
    return fold(Organisation(), plan_import(Organisation(), wanted, today))


@cache
def policy() -> Policy:
    return read_policy(EXAMPLES / "policy.yaml").policy


def facts() -> Facts:
    return Facts(now=NOW, organisation=organisation(), policy=policy())


class Ledger:
    """The balances of a story: what a decision names in `needs` is what it is handed, as by the activity."""

    def __init__(self, plans: Sequence[tuple[str, str, str]] = ()) -> None:
        self.known: dict[LinePeriod, Balance] = {}
        for line, period, amount in plans:
            value, currency = amount.split()
            self.known[LinePeriod(line, period)] = Balance.model_validate(
                {
                    "line": line,
                    "period": period,
                    "currency": currency,
                    "planned": True,
                    "plan": value,
                    "available": value,
                }
            )

    def for_decision(
        self, process: Process[Value], state: Value, command: Command, payload: Value
    ) -> dict[LinePeriod, Balance]:
        lines = organisation().budget_lines
        asked = [key for key in process.needs(state, command, payload) if not isinstance(key, ClaimQuery)]
        known = [key for key in asked if _exists(key)]
        return {key: self.known.get(key, _empty(key, lines[key.line].currency or "")) for key in known}

    def after(self, process: Process[Value], before: Value, events: Sequence[Value]) -> None:
        state = before
        for event in events:
            following = process.evolve(state, event)  # type: ignore[arg-type]
            for transfer in process.transfers(state, event, following):  # type: ignore[arg-type]
                empty = _empty(transfer.key, transfer.currency)
                self.known[transfer.key] = self.known.get(transfer.key, empty).after([transfer])
            state = following


def _exists(key: LinePeriod) -> bool:
    """As the activity asks: what is no line with a currency, or no period, has no balance."""
    line = organisation().budget_lines.get(key.line)
    return line is not None and line.currency is not None and is_period(key.period)


def _empty(key: LinePeriod, currency: str) -> Balance:
    return Balance(line=key.line, period=key.period, currency=currency)
