"""A university's real payment requests, and a company and a policy made for their roles.

The file is `payment-requests.csv.gz` (BPI Challenge 2020, 4TU.ResearchData): one row for each step of each request,
with the role of whoever took it. It names no people, so each unit gets people of its own for each role, and a request
goes to a budget line that says which roles decide there: those that it met. What happened in 2017 and 2018 is played in
one budget year, in the order of the file.
"""

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal
from zlib import crc32

import yaml

from domain.kernel.values.money import Money

CURRENCY = "EUR"
TOP, RECTOR, CHAIR, CONTROLLER, PAYABLES = "university", "rector", "chair", "controller", "payables"
ROUTE = ("administration", "pre_approver", "budget_owner", "supervisor", "director")
"""In the order in which they decide."""
EMPLOYEES = 4
"""Of each unit: who asks."""
_CODES = {"administration": "a", "pre_approver": "p", "budget_owner": "b", "supervisor": "s", "director": "d"}
Deed = Literal["save", "submit", "resubmit", "approve", "return", "withdraw", "cancel", "pay"]
_END: dict[Deed, str] = {
    "save": "draft", "approve": "ordered", "return": "returned", "withdraw": "withdrawn", "cancel": "cancelled",
    "pay": "closed",
}  # fmt: skip


@dataclass(frozen=True)
class Act:
    """What is done in Signoff; `role` for a decision. Each `save`, and each `submit` but of a draft, is a new case."""

    deed: Deed
    role: str = ""


@dataclass(frozen=True)
class Request:
    """One payment request and its steps, each a role and what it did."""

    id: str
    unit: str
    project: str
    amount: Money
    steps: tuple[tuple[str, str], ...]

    @property
    def asked(self) -> tuple[str, ...]:
        """The roles that decided on it, ever."""
        met = {who for who, _ in self.steps}
        return tuple(role for role in ROUTE if role in met) or ("supervisor",)

    @property
    def line(self) -> str:
        return f"u{self.unit}-p{self.project}-{''.join(_CODES[role] for role in self.asked)}"

    @property
    def acts(self) -> tuple[Act, ...]:
        """What is done: an employee's "rejected" takes the request back, unless it was returned and is sent again.

        A rejection by an unnamed role comes after the last approval: the order is cancelled. Whoever asks again after
        that, or after having taken it back, opens a new case.
        """
        return tuple(self._acts())

    def _acts(self) -> Iterator[Act]:
        returned = False
        for (who, what), following in zip(self.steps, [*self.steps[1:], ("", "")], strict=True):
            if who in ROUTE:
                returned = what == "rejected"
                yield Act("return" if returned else "approve", who)
            elif what == "submitted":
                yield Act("resubmit" if returned else "submit")
                returned = False
            elif who == "missing":
                yield Act("cancel")
            elif what == "rejected" and not (returned and following[1] == "submitted"):
                returned = False
                yield Act("withdraw")
            elif deed := _DEEDS.get(what):
                yield Act(deed)

    @property
    def end(self) -> str:
        """The stage or outcome of its last case, as Signoff calls it."""
        return _END[self.acts[-1].deed]


_DEEDS: dict[str, Deed] = {"saved": "save", "payment_handled": "pay"}


def read(path: Path, most: int | None = None) -> list[Request]:
    """The requests of the file in its order, the first `most`. Raises OSError, and KeyError for another file."""
    found: dict[str, list[dict[str, str]]] = {}
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["request"], []).append(row)
    return [_request(id_, rows) for id_, rows in list(found.items())[:most]]


def _request(id_: str, rows: list[dict[str, str]]) -> Request:
    first = rows[0]
    return Request(
        id=id_,
        unit=first["unit"],
        project=first["project"],
        amount=Money(amount=Decimal(first["amount"]), currency=CURRENCY),
        steps=tuple((row["who"], row["what"]) for row in rows),
    )


def write_company(requests: Iterable[Request], folder: Path) -> Path:
    """The organisation as one file: units, positions, people for each role, budget lines."""
    requests = list(requests)
    units = sorted({request.unit for request in requests})
    seats = [*_top(), *(seat for unit in units for seat in _seats(unit))]
    owners = sorted({(request.unit, request.project) for request in requests})
    seats += [(f"owner-{u}-{p}", f"u{u}", 6, f"director-{u}") for u, p in owners]
    roles = [("administration", f"administration-{u}", f"u{u}") for u in units]
    roles += [("pre-approver", f"pre_approver-{u}", f"u{u}") for u in units]
    roles += [("director", f"director-{u}", f"u{u}") for u in units]
    roles += [("finance-controller", CONTROLLER, TOP), ("accounts-payable", PAYABLES, TOP)]
    roles += [("executive", RECTOR, TOP), ("budget-owner", RECTOR, TOP)]
    lines = {request.line: request for request in requests}
    hours = {"mon-fri": ["08:00-18:00"]}
    written = {
        "calendars": [{"id": "work", "country": "NL", "zone": "Europe/Amsterdam", "hours": hours}],
        "units": [
            {"id": TOP, "name": {"en": "University"}},
            *({"id": f"u{unit}", "parent": TOP, "name": {"en": f"Unit {unit}"}} for unit in units),
        ],
        "budget_lines": [
            {
                "id": id_, "unit": f"u{of.unit}", "owner": person(f"owner-{of.unit}-{of.project}"),
                "currency": CURRENCY, "category": "opex",
                "name": {"en": f"Project {of.project}, by {' and '.join(of.asked)}"},
            }
            for id_, of in sorted(lines.items())
        ],
        "positions": [
            {"id": id_, "title": {"en": id_}, "unit": unit, "grade": grade, **({"reports_to": above} if above else {})}
            for id_, unit, grade, above in seats
        ],
        "people": [
            {
                "id": person(id_), "name": {"en": id_.replace("-", " ").replace("_", " ").title()}, "position": id_,
                "email": f"{id_}@university.example", "calendar": "work", "language": "en",
            }
            for id_, *_ in seats
        ],
        "roles": [{"role": role, "person": person(seat), "unit": unit} for role, seat, unit in roles],
    }  # fmt: skip
    return _written(folder / "university.yaml", written)


def _top() -> Iterator[tuple[str, str, int, str | None]]:
    yield CHAIR, TOP, 12, None
    yield RECTOR, TOP, 12, CHAIR
    yield CONTROLLER, TOP, 8, RECTOR
    yield PAYABLES, TOP, 4, CONTROLLER


def _seats(unit: str) -> Iterator[tuple[str, str, int, str | None]]:
    """Employees report to the supervisor, who reports to the director."""
    director, supervisor = f"director-{unit}", f"supervisor-{unit}"
    yield director, f"u{unit}", 10, RECTOR
    yield supervisor, f"u{unit}", 8, director
    yield f"administration-{unit}", f"u{unit}", 4, director
    yield f"pre_approver-{unit}", f"u{unit}", 5, director
    for number in range(EMPLOYEES):
        yield employee(unit, number), f"u{unit}", 3, supervisor


def employee(unit: str, number: int) -> str:
    return f"employee-{unit}-{number % EMPLOYEES}"


def person(seat: str) -> str:
    """The id of whoever holds the seat: ids name nobody."""
    return f"e{crc32(seat.encode())}"


def write_policy(requests: Iterable[Request], folder: Path) -> Path:
    """Each line has the route of its name; a returned request is decided from the start again, as it was there."""
    by_route: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for request in requests:
        by_route[request.asked].add(request.line)
    who: dict[str, dict[str, str]] = {
        "administration": {"role": "administration", "unit": "case"},
        "pre_approver": {"role": "pre-approver", "unit": "case"},
        "budget_owner": {"owner_of": "budget_line"},
        "supervisor": {"manager_of": "requester"},
        "director": {"role": "director", "unit": "case"},
    }
    used = [role for role in ROUTE if any(role in route for route in by_route)]
    steps = [
        {"name": _name(role), "title": f"Payment approved by the {_spoken(role)}", "who": who[role]} for role in used
    ]
    rows: list[dict[str, Any]] = [
        {"when": [{"field": "budget_line", "one_of": sorted(lines)}], "steps": [_name(role) for role in route]}
        for route, lines in sorted(by_route.items())
    ]
    spending = {"steps": steps, "table": [*rows, {"steps": [step["name"] for step in steps]}], "restart": "all",
                "fallback": {"role": "executive"}}  # fmt: skip
    budget = {
        "steps": [{"name": "finance", "title": "Budget approved by finance", "who": {"role": "finance-controller"}}],
        "fallback": {"role": "executive"},
    }
    return _written(
        folder / "policy.yaml",
        {
            "name": "Payment requests",
            "processes": {"spending": {"routes": {"approval": spending}}, "budget": {"routes": {"approval": budget}}},
            "ladders": {"standard": {"rungs": [{"at_percent": 100, "do": "remind"}]}},
        },
    )


def plan_rows(requests: Iterable[Request], year: str) -> list[dict[str, str]]:
    """What each line may cost: all that was ever asked for on it, so that only people say no."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for request in requests:
        sums[request.line] += request.amount.amount * sum(act.deed in ("save", "submit") for act in request.acts)
    return [{"line": line, "period": year, "amount": f"{total:f} {CURRENCY}"} for line, total in sorted(sums.items())]


def _name(role: str) -> str:
    return role.replace("_", "-")


def _spoken(role: str) -> str:
    return role.replace("_", " ")


def _written(path: Path, content: dict[str, Any]) -> Path:
    path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return path
