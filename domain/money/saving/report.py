"""Savings against their promise: by kind and recurrence, net of cost, with what leaked (SAV-02, SAV-04). Pure."""

from collections.abc import Iterable

from domain.kernel.report import ReportSpec, Snapshot
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.kernel.values.money import Money, total
from domain.money.saving.state import SavingState


class SavingQuestion(Value):
    """`unit` and all below it; None for everything."""

    unit: str | None = None


class SavingRow(Value):
    """One kind apart from all others: never added up over kinds, recurrences or currencies (SAV-02).

    `promised` is agreed, `claimed` waits for finance, `validated` counts; all net of cost. `leaked` was spent again.
    """

    kind: str
    recurrence: str
    currency: str
    cases: int
    promised: Money
    claimed: Money
    validated: Money
    leaked: Money
    sustained: int
    lapsed: int


class SavingReport(Value):
    rows: tuple[SavingRow, ...]


def saving_report(source: Snapshot, question: SavingQuestion) -> SavingReport:
    grouped: dict[tuple[str, str, str], list[SavingState]] = {}
    for state in source.of("saving").values():
        content, review = state.document.content, state.case.reviews.get("document")
        if content is None or review is None or review.status != "approved":
            continue
        line = source.organisation.budget_lines[content.budget_line]
        if question.unit is None or question.unit in source.organisation.units_above(line.unit):
            key = (content.kind, content.recurrence, content.amount.currency)
            grouped.setdefault(key, []).append(state)
    return SavingReport(rows=tuple(_row(key, states) for key, states in sorted(grouped.items())))


def _row(key: tuple[str, str, str], states: list[SavingState]) -> SavingRow:
    kind, recurrence, currency = key

    def summed(amounts: Iterable[Money]) -> Money:
        return total(amounts, currency)

    return SavingRow(
        kind=kind, recurrence=recurrence, currency=currency, cases=len(states),
        promised=summed(state.content.net for state in states),
        claimed=summed(state.achieved.net for state in states if state.achieved and not state.validated),
        validated=summed(state.achieved.net for state in states if state.achieved and state.validated),
        leaked=summed(state.leaked for state in states),
        sustained=sum(state.ended == "sustained" for state in states),
        lapsed=sum(state.ended == "lapsed" for state in states),
    )  # fmt: skip


SAVING_REPORT: ReportSpec[Snapshot, SavingQuestion, SavingReport] = ReportSpec(
    name="savings",
    question=SavingQuestion,
    build=saving_report,
    processes=("saving",),
    title=N_("Savings against their promise"),
)
