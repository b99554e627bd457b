"""The pack of a business review: a pure function of the log at the cut-off (QBR-01, QBR-02).

Each section is one small function. A process that is not there, or has no case yet, leaves its section empty; both give
the same pack, so that one made before the process came can still be made again.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from domain.direction.strategy.progress import ObjectiveRow, row_of
from domain.direction.strategy.report import in_force
from domain.direction.strategy.state import Live
from domain.kernel.items import Item, Items
from domain.kernel.report import ReportSpec, Snapshot
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.kernel.values.reference import Reference
from domain.organisation.browsing import units_of


def _plain(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


Figure = Annotated[Decimal, AfterValidator(_plain)]
"""A number as it is written: 500000 however it was added up."""


class PackQuestion(Value):
    """`until` is the day of the cut-off: what counts later is not in it. `previous` is the case of the last review."""

    unit: Annotated[str, Field(max_length=80), Reference("unit")]
    until: date
    previous: Annotated[str, Field(max_length=80)] | None = None


class MoneyRow(Value):
    """Of a budget line and period of the year of the cut-off. Not `planned` is not a plan of 0 (BUD-14)."""

    line: str
    period: str
    currency: str
    planned: bool
    plan: Figure
    actual: Figure
    committed: Figure
    reserved: Figure
    available: Figure


class PeopleRow(Value):
    """`positions` are planned, `held` those on which somebody sits; `hirings` are under way for `seats`."""

    positions: int
    held: int
    hirings: int
    seats: int


class DeliveryRow(Value):
    """A project: its colours as declared and as computed stand side by side."""

    case: str
    title: str
    manager: str
    declared: str | None
    computed: str | None
    finish: date | None
    late_tasks: int


class ItemRow(Value):
    """A risk or an action. `age` in days since it was first written, `late` in days past its due day (QBR-03)."""

    case: str
    item: str
    text: str
    owner: str
    due: date
    age: int
    late: int
    carried: int
    exposure: int | None = None


class PlanRow(Value):
    case: str
    name: str
    objectives: tuple[ObjectiveRow, ...]
    reopened: tuple[str, ...]


class Pack(Value):
    unit: str
    until: date
    money: tuple[MoneyRow, ...]
    people: PeopleRow
    delivery: tuple[DeliveryRow, ...]
    risks: tuple[ItemRow, ...]
    plans: tuple[PlanRow, ...]
    actions: tuple[ItemRow, ...]


def build(snapshot: Snapshot, asked: PackQuestion) -> Pack:
    within = units_within(snapshot, asked.unit)
    return Pack(
        unit=asked.unit, until=asked.until, money=money(snapshot, within, asked.until),
        people=people(snapshot, within, asked.until), delivery=delivery(snapshot, within),
        risks=risks(snapshot, within), plans=plans(snapshot, within, asked.until), actions=actions(snapshot, asked),
    )  # fmt: skip


def units_within(snapshot: Snapshot, unit: str) -> frozenset[str]:
    """The unit and those below it, as far as the reader may see them."""
    found = units_of(snapshot.organisation, unit, below=True) if unit in snapshot.organisation.units else frozenset()
    return frozenset(found) if snapshot.units is None else frozenset(found) & snapshot.units


def money(snapshot: Snapshot, within: frozenset[str], until: date) -> tuple[MoneyRow, ...]:
    lines = snapshot.organisation.budget_lines
    chosen = [
        one for one in snapshot.balances
        if one.line in lines and lines[one.line].unit in within and one.period.startswith(str(until.year))
    ]  # fmt: skip
    fields = MoneyRow.model_fields
    rows = (MoneyRow(**{name: getattr(one, name) for name in fields}) for one in chosen)
    return tuple(sorted(rows, key=lambda row: (row.line, row.period, row.currency)))


def people(snapshot: Snapshot, within: frozenset[str], until: date) -> PeopleRow:
    organisation = snapshot.organisation
    positions = [id_ for id_, one in organisation.positions.items() if one.unit in within]
    hirings = [state for _, state in _open(snapshot, "hiring", within) if state.requisition is not None]
    return PeopleRow(
        positions=len(positions),
        held=sum(organisation.holder_of(id_, until) is not None for id_ in positions),
        hirings=len(hirings),
        seats=sum(state.requisition.seats for state in hirings),
    )


def delivery(snapshot: Snapshot, within: frozenset[str]) -> tuple[DeliveryRow, ...]:
    return tuple(_project(snapshot, case, state) for case, state in _open(snapshot, "project", within))


def _project(snapshot: Snapshot, case: str, state: Any) -> DeliveryRow:
    """By the newest status report, if the project has them (`reports` with the colours `declared` and `computed`)."""
    newest = next(iter(reversed(getattr(state, "reports", ()))), None)
    declared, computed = getattr(newest, "declared", None), getattr(newest, "computed", None)
    return DeliveryRow(
        case=case, title=str(state.case.title or case), manager=state.case.responsible or "",
        declared=str(declared) if declared else None, computed=str(computed) if computed else None,
        finish=getattr(newest, "finish", None),
        late_tasks=sum(task.timing.due_at < snapshot.at for task in state.case.tasks.values()),
    )  # fmt: skip


def risks(snapshot: Snapshot, within: frozenset[str]) -> tuple[ItemRow, ...]:
    """The open risks of projects, the greatest exposure first: items of their log of the kind `risk`."""
    rows = [
        item_row(snapshot, case, item)
        for case, state in _open(snapshot, "project", within)
        for item in _items(state, "log").open
        if item.details.get("kind") == "risk"
    ]
    return tuple(sorted(rows, key=lambda row: (-(row.exposure or 0), row.case, row.item)))


def plans(snapshot: Snapshot, within: frozenset[str], until: date) -> tuple[PlanRow, ...]:
    """Objectives by the values that count until the cut-off, whenever they were reported."""
    return tuple(
        PlanRow(
            case=case, name=state.plan.name, reopened=tuple(sorted(state.reopened)),
            objectives=tuple(row_of(_until(live, until)) for live in state.live.values() if live.dropped is None),
        )
        for case, state in in_force(snapshot).items()
        if state.plan.unit in within
    )  # fmt: skip


def _until(live: Live, until: date) -> Live:
    known = (
        one.model_copy(update={"readings": tuple(r for r in one.readings if r.on <= until)}) for one in live.series
    )
    return live.model_copy(update={"series": tuple(known)})


def actions(snapshot: Snapshot, asked: PackQuestion) -> tuple[ItemRow, ...]:
    """What is open of the last review: those that were not done come first by age."""
    state = snapshot.of("business_review").get(asked.previous or "")
    rows = [item_row(snapshot, asked.previous or "", item) for item in _items(state, "actions").open]
    return tuple(sorted(rows, key=lambda row: (-row.late, -row.age, row.item)))


def item_row(snapshot: Snapshot, case: str, item: Item) -> ItemRow:
    today = snapshot.organisation.day_of(item.owner, snapshot.at)
    return ItemRow(
        case=case, item=item.id, text=item.text, owner=item.owner, due=item.due,
        age=(snapshot.at - item.written).days, late=max((today - item.due).days, 0), carried=item.carried,
        exposure=exposure(item),
    )  # fmt: skip


def exposure(item: Item) -> int | None:
    """Probability times impact of a risk; None where it does not say both."""
    likely, harm = item.details.get("probability"), item.details.get("impact")
    return likely * harm if isinstance(likely, int) and isinstance(harm, int) else None


def _items(state: Any, field: str) -> Items:
    found = getattr(state, field, None)
    return found if isinstance(found, Items) else Items()


def _open(snapshot: Snapshot, process: str, within: frozenset[str]) -> Iterator[tuple[str, Any]]:
    for case, state in sorted(snapshot.of(process).items()):
        if state.case.closed is None and state.case.unit in within:
            yield case, state


REPORT: ReportSpec[Snapshot, PackQuestion, Pack] = ReportSpec(
    name="business-pack", title=N_("The pack of a business review"), question=PackQuestion, build=build,
    processes=("hiring", "project", "strategy", "business_review"), until=lambda asked: asked.until,
)  # fmt: skip
