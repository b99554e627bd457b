"""A small company in Thailand for the tests of hiring, and a play of commands on it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

import pytest

from domain.kernel.command import Channel, Command
from domain.kernel.effects import Claim, ClaimQuery, Effect, HeldClaim, Release
from domain.kernel.errors import Refused
from domain.kernel.events import Event, EventRow, encode
from domain.kernel.facts import Facts
from domain.kernel.ledger import Balance, LinePeriod, Transfer
from domain.kernel.payloads import parse_payload
from domain.kernel.policy import Approver, Authority, Condition, Ladder, Policy, ProcessPolicy, Route, Rung, Step
from domain.kernel.values.calendar import Calendar, Hours
from domain.kernel.values.money import Money
from domain.organisation.model import BudgetLine, Limit, Organisation, Person, Position, RoleHolding, Unit
from domain.people.hiring.process import HIRING
from domain.people.hiring.state import HiringState

DAY = (Hours(start=time(9), end=time(12)), Hours(start=time(13), end=time(18)))
BANGKOK = Calendar(
    id="th",
    country="TH",
    zone="Asia/Bangkok",
    week=(DAY,) * 5 + ((), ()),
    holidays={date(2026, 12, 10): "Constitution"},
)
NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)  # Monday, ten in the morning in Bangkok

BOSS, HEAD, MANAGER, LEAD, ENGINEER, OTHER = "e1", "e2", "e3", "e4", "e5", "e6"
HR, HR2, RECRUITER, CONTROLLER, FACILITIES, IT = "e10", "e11", "e12", "e13", "e14", "e15"
ANN, BOB, CAT = "c-ann", "c-bob", "c-cat"
SYSTEM = "system"

_SITS = {
    BOSS: (None, "co"), HEAD: (BOSS, "it"), MANAGER: (HEAD, "it"), LEAD: (MANAGER, "it"), ENGINEER: (LEAD, "it"),
    OTHER: (MANAGER, "it"), HR: (HR2, "hr"), HR2: (BOSS, "hr"), RECRUITER: (HR2, "hr"), CONTROLLER: (BOSS, "co"),
    FACILITIES: (BOSS, "co"), IT: (MANAGER, "it"),
}  # fmt: skip


def baht(amount: int) -> Money:
    return Money(amount=Decimal(amount), currency="THB")


def _position(person: str) -> Position:
    boss, unit = _SITS[person]
    return Position(
        id=f"p-{person}", title={"en": f"Post {person}"}, unit=unit, grade=5, reports_to=f"p-{boss}" if boss else None
    )


VACANCY = Position(id="p-support", title={"en": "Support engineer"}, unit="it", grade=5, reports_to=f"p-{LEAD}")
ORGANISATION = Organisation(
    version=1,
    units={
        "co": Unit(id="co", name={"en": "Company"}),
        "it": Unit(id="it", name={"en": "IT"}, parent="co"),
        "hr": Unit(id="hr", name={"en": "HR"}, parent="co"),
    },
    positions={"p-support": VACANCY, **{f"p-{person}": _position(person) for person in _SITS}},
    people={person: Person(id=person, position=f"p-{person}", calendar="th") for person in _SITS},
    roles=(
        RoleHolding(role="hr-partner", person=HR, unit="co"),
        RoleHolding(role="hr-partner", person=HR2, unit="co"),
        RoleHolding(role="recruiter", person=RECRUITER, unit="co"),
        RoleHolding(role="department-head", person=HEAD, unit="it"),
        RoleHolding(role="department-head", person=BOSS, unit="co"),
        RoleHolding(role="finance-controller", person=CONTROLLER, unit="co"),
        RoleHolding(role="facilities", person=FACILITIES),
        RoleHolding(role="it-onboarding", person=IT),
    ),
    limits=(
        Limit(category="hiring", role="finance-controller", up_to=baht(3_000_000)),
        Limit(category="hiring", person=BOSS, up_to=baht(100_000_000)),
    ),
    calendars={"th": BANGKOK},
    budget_lines={
        "it-people": BudgetLine(id="it-people", name={"en": "IT people"}, unit="it", owner=HEAD),
        "it-project": BudgetLine(id="it-project", name={"en": "IT project"}, unit="it", owner=HEAD),
    },
)


def _step(name: str, who: Approver, *, when: tuple[Condition, ...] = (), authority: bool = False) -> Step:
    return Step(
        name=name, title=name, who=who, when=when, authority=Authority(category="hiring") if authority else None
    )


LINE = Approver(manager_of="requester")
BY_HR = Approver(role="hr-partner")
BY_HEAD = Approver(role="department-head")
FALLBACK = Approver(person=BOSS)
POLICY = Policy(
    version=1,
    name="test",
    processes={
        "hiring": ProcessPolicy(
            routes={
                "requisition": Route(
                    steps=(
                        _step("line", LINE),
                        _step("hr", BY_HR),
                        _step("money", Approver(role="finance-controller"), authority=True),
                        _step("board", FALLBACK, when=(Condition(field="cost", over="5000000 THB"),)),
                    ),
                    fallback=FALLBACK,
                ),
                "offer": Route(
                    steps=(
                        _step("hr", BY_HR),
                        _step("outside-band", BY_HEAD, when=(Condition(field="outside_band", equals=True),)),
                    ),
                    fallback=FALLBACK,
                ),
                "rescind": Route(steps=(_step("hr", BY_HR), _step("head", BY_HEAD)), fallback=FALLBACK),
            },
            parameters={"on_cost_rate": Decimal("0.2"), "checks": ("references", "education")},
        )
    },
    ladders={
        "standard": Ladder(rungs=(Rung(at_percent=100, do="remind"), Rung(after_days=Decimal(3), do="escalate"))),
    },
)


def requisition(**changes: Any) -> dict[str, Any]:
    """A requisition of the lead, as an edge would send it: one seat, 600 000 to 720 000 baht a year before on-cost."""
    return {
        "position": "p-support",
        "seats": 1,
        "grade": 5,
        "salary_band": {"min": "50000 THB", "max": "60000 THB"},
        "location": "Bangkok",
        "unit": "it",
        "business_case": "The service desk loses two calls in ten.",
        "job_description": {"id": "jd-support", "version": "3"},
        "budget_line": "it-people",
        "interview_plan": [{"kind": "technical", "interviewers": 2}, {"kind": "team", "interviewers": 1}],
        **changes,
    }


def terms(**changes: Any) -> dict[str, Any]:
    return {"salary": "55000 THB", "start_date": "2027-01-04", "grade": 5, "location": "Bangkok", **changes}


def sealed(candidate: str, text: str = "siv:0a1b") -> dict[str, str]:
    return {"subject": candidate, "sealed": text}


class Play:
    """Commands on one case, one after the other, with the store's part (the claims of all cases) done by hand."""

    def __init__(
        self, case: str = "hiring-1", *, ledger: list[HeldClaim] | None = None, books: list[Transfer] | None = None
    ) -> None:
        self.case = case
        self.state: HiringState = HIRING.initial(case)
        self.now = NOW
        self.organisation = ORGANISATION
        self.policy = POLICY
        self.ledger = [] if ledger is None else ledger
        self.events: list[Event] = []
        self.books: list[Transfer] = [] if books is None else books
        self.asked_for: frozenset[LinePeriod] = frozenset()
        self.effects: list[Effect] = []
        self.steps = 0

    def do(self, actor: str, name: str, /, *, channel: Channel = "cli", **payload: Any) -> list[Event]:
        """The events of an accepted command. Raises Refused."""
        self.steps += 1
        command = Command(
            case=self.case, process="hiring", name=name, command_id=uuid5(UUID(int=0), f"{self.case}{self.steps}"),
            actor=actor, channel=channel, authenticated="test", payload=payload, at=self.now,
        )  # fmt: skip
        parsed = parse_payload(HIRING, name, payload)
        events = list(HIRING.decide(self.state, command, parsed, self._facts(command, parsed)))
        for event in events:
            self._fold(event)
        return events

    def facts_now(self, claims: tuple[HeldClaim, ...] = ()) -> Facts:
        return Facts(now=self.now, organisation=self.organisation, policy=self.policy, claims=claims)

    def _facts(self, command: Command, payload: Any) -> Facts:
        needs = HIRING.needs(self.state, command, payload)
        wanted = {(query.kind, query.key) for query in needs if isinstance(query, ClaimQuery)}
        facts = self.facts_now(tuple(held for held in self.ledger if (held.claim.kind, held.claim.key) in wanted))
        keys = [need for need in needs if isinstance(need, LinePeriod)]
        self.asked_for = frozenset(keys)
        return facts.model_copy(update={"balances": {key: self.balance(*key) for key in keys if self._kept(key)}})

    def balance(self, line: str, period: str) -> Balance:
        """What the transfers of all cases add up to, as the store locks it."""
        return Balance(line=line, period=period, currency="THB").after(self.books)

    def _kept(self, key: LinePeriod) -> bool:
        line = self.organisation.budget_lines.get(key.line)
        return line is not None and line.currency is not None

    def _fold(self, event: Event) -> None:
        before = self.state
        self.state = HIRING.evolve(before, event)
        self.events.append(event)
        self.effects.extend(HIRING.effects(before, event, self.state))
        for change in HIRING.claims(before, event):
            self._note(change)
        for transfer in HIRING.transfers(before, event, self.state):
            assert transfer.key in self.asked_for, "a balance moved that was not locked"
            self.books.append(transfer)

    def _note(self, change: Claim | Release) -> None:
        """Claims as the store keeps them: one per stream, kind, key and item; an exclusive one has one holder."""
        same = [held for held in self.ledger if (held.claim.kind, held.claim.key) == (change.kind, change.key)]
        mine = [held for held in same if (held.stream, held.claim.item) == (self.case, change.item)]
        for held in mine:
            self.ledger.remove(held)
        if isinstance(change, Claim):
            assert not (change.exclusive and any(held.stream != self.case for held in same)), "claim taken"
            since = mine[0].since if mine else self.now
            self.ledger.append(HeldClaim(claim=change, stream=self.case, since=since))

    def refused(self, actor: str, name: str, /, *, channel: Channel = "cli", **payload: Any) -> str:
        """The code with which the command is refused; nothing is recorded."""
        before = self.state
        with pytest.raises(Refused) as refusal:
            self.do(actor, name, channel=channel, **payload)
        assert self.state is before
        assert str(refusal.value)
        return refusal.value.code

    def claims(self, kind: str) -> list[Claim]:
        return [held.claim for held in self.ledger if held.claim.kind == kind and held.stream == self.case]

    def tasks(self, kind: str, *, subject: str | None = None) -> list[str]:
        tasks = self.state.case.tasks.values()
        return [task.id for task in tasks if task.kind == kind and subject in (None, task.subject)]

    def decide(self, outcome: str = "approve", *, subject: str | None = None, **more: Any) -> list[Event]:
        """Decides the open step by the first of its assignees."""
        task = self.state.case.tasks[self.tasks("decide", subject=subject)[0]]
        return self.do(task.assignees[0], "decide", task=task.id, outcome=outcome, **more)

    def approve_all(self) -> None:
        while self.tasks("decide"):
            self.decide()

    def pass_time(self, **span: float) -> None:
        """Time passes; every deadline on the way is delivered by the system, as the loop would."""
        end = self.now + timedelta(**span)
        while due := [d for d in self.state.case.deadlines if d.at <= end]:
            first = min(due, key=lambda deadline: deadline.at)
            self.now = max(first.at, self.now)
            self.do(SYSTEM, "deadline", channel="timer", kind=first.kind, key=first.key, at=first.at.isoformat())
        self.now = end

    @property
    def stage(self) -> str:
        return HIRING.stage(self.state)


def opened(play: Play | None = None, **changes: Any) -> Play:
    """A requisition of the lead that was approved."""
    play = play or Play()
    play.do(LEAD, "raise-requisition", **requisition(**changes))
    play.approve_all()
    assert play.stage == "sourcing"
    return play


def interviewed(play: Play, *candidates: str, **more: Any) -> Play:
    """Candidates that were added, advanced, seen by everyone of the plan, and ranked in this order."""
    for candidate in candidates:
        play.do(RECRUITER, "add-candidate", candidate=candidate, source="referral", **more)
        play.do(RECRUITER, "screen-candidate", candidate=candidate, outcome="advance")
        for kind, interviewer in (("technical", MANAGER), ("technical", ENGINEER), ("team", OTHER)):
            play.do(RECRUITER, "assign-interviewer", candidate=candidate, kind=kind, interviewer=interviewer)
            play.do(interviewer, "submit-scorecard", **scorecard(candidate))
    play.do(LEAD, "rank-candidates", ranking=[*play.state.ranking, *candidates])
    return play


def scorecard(candidate: str, /, **changes: Any) -> dict[str, Any]:
    return {
        "candidate": candidate, "scores": {"skill": 4}, "recommendation": "yes", "notes": sealed(candidate), **changes
    }  # fmt: skip


def offered(play: Play, candidate: str, **changes: Any) -> str:
    """An offer that was submitted and approved; its id."""
    play.do(RECRUITER, "submit-offer", candidate=candidate, **terms(**changes))
    play.approve_all()
    offer = play.state.offer_of(candidate)
    assert offer is not None
    return offer.id


def extended(play: Play, candidate: str, **changes: Any) -> str:
    offer = offered(play, candidate, **changes)
    play.do(RECRUITER, "extend-offer", offer=offer)
    return offer


def accepted(play: Play, candidate: str, **changes: Any) -> str:
    offer = extended(play, candidate, **changes)
    play.do(candidate, "answer-offer", channel="link", offer=offer, answer="accept")
    return offer


def handed_over(play: Play, candidate: str, **changes: Any) -> str:
    offer = accepted(play, candidate, **changes)
    for check in ("references", "education"):
        play.do(RECRUITER, "record-check", candidate=candidate, check=check, result="passed")
    return offer


def stored(play: Play) -> Sequence[EventRow]:
    """The events as rows of the log: through JSON and back."""
    rows = []
    for version, event in enumerate(play.events, start=1):
        name, schema, payload = encode(event)
        rows.append(
            EventRow(
                position=version, stream=play.case, version=version, type=name, schema_version=schema, payload=payload,
                actor="x", command_id=UUID(int=0), correlation=UUID(int=0), channel="cli", recorded_at=NOW, hash="",
            )
        )  # fmt: skip
    return rows


def names(events: Sequence[Event]) -> list[str]:
    return [type(event).__name__ for event in events]
