"""Random commands by random people on two hirings that share a ledger: what was accepted folds, and the rules hold."""

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.kernel.cases.case_events import Decided
from domain.kernel.errors import Refused
from domain.kernel.events import encode
from domain.kernel.fold import Fold
from domain.kernel.ledger import Account, Transfer
from domain.people.hiring.process import HIRING
from domain.people.hiring.stage import OFFER_TRANSITIONS
from domain.people.hiring.state import OPEN_OFFER, HiringState, OfferStatus
from tests.domain.people.company import (
    ANN,
    BOB,
    CAT,
    ENGINEER,
    LEAD,
    MANAGER,
    OTHER,
    RECRUITER,
    SYSTEM,
    Play,
    accepted,
    extended,
    interviewed,
    opened,
    requisition,
    sealed,
    stored,
    terms,
)
from tests.domain.people.funded import LINE, funded
from tests.support.examples import examples

PEOPLE = (*sorted(opened().organisation.people), ANN, BOB, CAT, "c-dan", SYSTEM)
CANDIDATES = (ANN, BOB, CAT)
INTERVIEWERS = (MANAGER, ENGINEER, OTHER)
COMMANDS = tuple(name for name in HIRING.commands if name not in ("raise-requisition", "deadline"))
CHECKS = ("references", "education")
MILLIONS = {"2026": 40_000_000, "2027": 40_000_000}
MONTHS_LEFT = {date(2027, 1, 4): 11 + Decimal(28) / 31, date(2027, 3, 1): Decimal(10)}
STAGES = {(start, end) for start, end, _ in HIRING.transitions}
WAYS = {(start, end) for start, end, _ in OFFER_TRANSITIONS}


class Histories(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        ledger: list[Any] = []
        books: list[Transfer] = []
        self.plays = [Play(case, ledger=ledger, books=books) for case in ("hiring-1", "hiring-2")]

    @initialize(
        seats=st.integers(1, 2), ready=st.integers(0, 6), money=st.sampled_from(("none", "warn", "stop", "stop"))
    )
    def begin(self, seats: int, ready: int, money: str) -> None:
        """Cases start at different points of their life, so that short histories reach the late rules too."""
        first, second = self.plays
        funded(money, play=first, plans=MILLIONS)
        funded(money, play=second, plans={})
        for play in self.plays:
            play.do(LEAD, "raise-requisition", **requisition(seats=seats, draft=ready == 0))
            if ready > 1:
                play.approve_all()
        if ready > 2:
            interviewed(first, ANN, BOB)
            interviewed(second, CAT, "c-dan")
        if ready > 3:
            extended(first, ANN)
        if ready > 4:
            accepted(second, CAT)
        if ready > 5:
            for check in CHECKS:
                second.do(RECRUITER, "record-check", candidate=CAT, check=check, result="passed")

    @rule(data=st.data(), which=st.integers(0, 1), what=st.integers(0, 9))
    def step(self, data: st.DataObject, which: int, what: int) -> None:
        """One rule for all, so that the weights are these."""
        play = self.plays[which]
        if what == 0:
            self._time(data.draw(st.sampled_from((1, 2, 3, 8, 12, 70)), label="days"))
        elif what < 5 and any(task.kind == "decide" for task in play.state.case.tasks.values()):
            self._decision(data, play)
        else:
            self._command(data, play)

    def _command(self, data: st.DataObject, play: Play) -> None:
        name = data.draw(st.sampled_from((*next_commands(play.state) * 4, *COMMANDS)), label="command")
        payload = data.draw(payloads(name, play.state), label="payload")
        actor = data.draw(actors(name, play, payload), label="actor")
        self._try(play, actor, name, payload)

    @rule(
        which=st.integers(0, 1), years=st.sampled_from([("2026", "2027"), ("2027", "2028"), ("2027", "2026")]),
        how=st.sampled_from(["carry", "carry-without", "re-encumber"]),
    )  # fmt: skip
    def a_year_turns(self, which: int, years: tuple[str, str], how: str) -> None:
        payload = {"line": LINE, "period": years[0], "target": years[1], "decision": how}
        self._try(self.plays[which], SYSTEM, "move-commitment", payload)

    def _decision(self, data: st.DataObject, play: Play) -> None:
        """Mostly by someone who was asked."""
        tasks = [task for task in play.state.case.tasks.values() if task.kind == "decide"]
        task = data.draw(st.sampled_from(tasks), label="task")
        actor = data.draw(st.sampled_from((*task.assignees * 20, *PEOPLE)), label="actor")
        outcome = data.draw(st.sampled_from(("approve", "approve", "approve", "reject", "return")))
        fields = sorted(play.state.case.reviews[task.subject].fields)[:1] if outcome == "return" else []
        payload = {"task": task.id, "outcome": outcome, "comment": "because", "fields": fields}
        self._try(play, actor, "decide", payload)

    def _time(self, days: int) -> None:
        """Time passes for both, and each deadline on the way is delivered."""
        for play in self.plays:
            if play.state.case.hold is None:
                play.pass_time(days=days)
        latest = max(play.now for play in self.plays)
        for play in self.plays:
            play.now = latest

    def _try(self, play: Play, actor: str, name: str, payload: dict[str, Any]) -> None:
        channel = "timer" if actor == SYSTEM else "link" if actor.startswith("c-") else "cli"
        before, count = play.state, len(play.events)
        try:
            play.do(actor, name, channel=channel, **payload)
        except Refused:
            assert play.state is before, "a refusal changed the state"
            return
        was, now = HIRING.stage(before), HIRING.stage(play.state)
        assert was == now or (was, now) in STAGES, f"{was} → {now} by {name} is not in the table"
        _offers_move_as_declared(play, before, count)

    @invariant()
    def seats_are_never_oversold(self) -> None:
        for play in self.plays:
            if play.state.requisition:
                assert len(play.state.taken()) <= play.state.requisition.seats

    @invariant()
    def nobody_has_two_open_offers(self) -> None:
        held = Counter(
            play.state.candidates[offer.candidate].person
            for play in self.plays
            for offer in play.state.offers_in(*OPEN_OFFER, OfferStatus.ACCEPTED)
        )
        assert all(count == 1 for count in held.values())
        claimed = Counter(held.claim.key for held in self.plays[0].ledger if held.claim.kind == "offer")
        assert claimed == held, "the claims say what the cases say"

    @invariant()
    def nobody_decides_their_own_case(self) -> None:
        for play in self.plays:
            case = play.state.case
            for event in play.events:
                if isinstance(event, Decided):
                    review = case.reviews[event.review]
                    assert event.actor not in {case.requester, review.requester, SYSTEM}
                    assert event.actor not in case.subjects

    @invariant()
    def a_closed_case_waits_for_nothing(self) -> None:
        for play in self.plays:
            if HIRING.is_terminal(play.state):
                assert play.state.case.tasks == {}
                assert play.state.case.deadlines == ()
                assert play.state.open_offers() == ()
                assert not play.claims("offer")
                assert not play.claims("candidate")

    @invariant()
    def the_books_hold_what_a_naive_sum_says(self) -> None:
        """HIR-12: all that was ever taken is bound, spent or free, and a closed hiring binds nothing."""
        bound: dict[tuple[str, str], Decimal] = Counter()
        for play in self.plays:
            assert not (play.state.case.closed and play.state.holdings.open)
            for held in play.state.holdings.open:
                bound[held.key] += held.left
        claimed = [held for held in self.plays[0].ledger if held.claim.kind == "binds-money"]
        assert sum(held.claim.amount.amount for held in claimed) == sum(bound.values())
        for line in ("it-people", "it-project"):
            for period, plan in MILLIONS.items():
                balance = self.plays[0].balance(line, period)
                assert balance.reserved + balance.committed == bound.get((line, period), 0)
                assert balance.available == plan - balance.reserved - balance.committed - balance.actual
                assert balance.reserved >= 0
                assert balance.committed >= 0

    @invariant()
    def what_is_committed_is_what_was_accepted(self) -> None:
        """HIR-12, counted by hand: 1.2 of the salary for what is left of the year of the start."""
        for play in self.plays:
            if play.state.funding is not None:
                committed = sum(held.left for held in play.state.holdings.open if held.account is Account.COMMITTED)
                accepted_ = play.state.offers_in(OfferStatus.ACCEPTED)
                worth = sum(offer.terms.salary.amount * MONTHS_LEFT[offer.terms.start_date] for offer in accepted_)
                assert abs(committed - worth * Decimal("1.2")) < 1

    @invariant()
    def exactly_the_extended_offers_have_a_validity(self) -> None:
        for play in self.plays:
            due = {d.key for d in play.state.case.deadlines if d.kind == "offer-validity"}
            assert due == {offer.id for offer in play.state.offers_in(OfferStatus.EXTENDED)}

    @invariant()
    def tasks_about_an_offer_belong_to_a_live_one(self) -> None:
        for play in self.plays:
            for task in play.state.case.tasks.values():
                assert task.assignees
                if task.subject in play.state.offers:
                    assert play.state.offers[task.subject] in play.state.taken()

    def teardown(self) -> None:
        """The stored form of every event folds to the same state."""
        for play in self.plays:
            rows = stored(play)
            fold = Fold(HIRING, play.case)
            fold.apply(rows)
            assert fold.state == play.state
            for row, event in zip(rows, play.events, strict=True):
                assert HIRING.events.decode(row) == event
                assert encode(HIRING.events.decode(row)) == encode(event)
            for reader in PEOPLE:
                HIRING.visible(play.state, reader)


def _offers_move_as_declared(play: Play, before: HiringState, count: int) -> None:
    state = before
    for event in play.events[count:]:
        after = HIRING.evolve(state, event)
        for offer in after.offers.values():
            was = state.offers[offer.id].status if offer.id in state.offers else None
            assert was == offer.status or (was, offer.status) in WAYS, f"{was} → {offer.status} is not in the table"
        state = after


def actors(name: str, play: Play, payload: dict[str, Any]) -> st.SearchStrategy[str]:
    """Mostly somebody who may, sometimes anybody."""
    facts = play.facts_now()
    if name == "answer-offer" and payload["offer"] in play.state.offers:
        return st.sampled_from((*(play.state.offers[payload["offer"]].candidate,) * 20, *PEOPLE))
    able = [person for person in PEOPLE if name in HIRING.asking.offered(play.state, person, facts)]
    if payload.get("task") in play.state.case.tasks:
        able = list(play.state.case.tasks[payload["task"]].people)
    return st.sampled_from((*able * 20, *PEOPLE))


def next_commands(state: HiringState) -> tuple[str, ...]:
    """Commands that make sense in this state; random ones alone would seldom get far."""
    found = {
        "submit-requisition": state.status == "draft",
        "resubmit-requisition": state.status == "returned",
        "amend-requisition": state.status == "rejected",
        "resume": state.case.hold is not None,
        "unfreeze": state.frozen is not None,
        "freeze": state.frozen is None and bool(state.offers_in(OfferStatus.EXTENDED)),
        "decide-frozen-offer": state.frozen is not None,
        "submit-scorecard": any(interview.scorecard is None for interview in state.interviews),
        "rank-candidates": not state.ranking and bool(state.interviews),
        "submit-offer": bool(state.ranking) and not state.open_offers(),
        "resubmit-offer": bool(state.offers_in(OfferStatus.RETURNED)),
        "extend-offer": bool(state.offers_in(OfferStatus.APPROVED)),
        "answer-offer": bool(state.offers_in(OfferStatus.EXTENDED)),
        "record-check": any(not offer.handed_over for offer in state.offers_in(OfferStatus.ACCEPTED)),
        "rescind-offer": bool(state.taken()),
        "decide-probation": any(offer.handed_over for offer in state.offers_in(OfferStatus.ACCEPTED)),
    }
    return tuple(name for name, fits in found.items() if fits)


def payloads(name: str, state: HiringState) -> st.SearchStrategy[dict[str, Any]]:
    """A payload for the command that has a fair chance of being accepted in this state."""
    known = tuple(state.candidates) or CANDIDATES
    hired = tuple(offer.candidate for offer in state.offers_in(OfferStatus.ACCEPTED))
    candidate = st.sampled_from(known)
    concerned = st.sampled_from(hired or tuple(offer.candidate for offer in state.taken()) or known)
    offer = st.sampled_from(tuple(offer.id for offer in state.open_offers()) or tuple(state.offers) or ("offer-1",))
    task = st.sampled_from(tuple(state.case.tasks) or ("hiring-1.1",))
    fixed = st.fixed_dictionaries
    change = fixed(
        {},
        optional={
            "seats": st.integers(1, 3),
            "grade": st.integers(4, 6),
            "location": st.sampled_from(("Bangkok", "Phuket")),
            "business_case": st.sampled_from(("more", "less")),
            "budget_line": st.sampled_from(("it-people", "it-project")),
            "salary_band": st.sampled_from(
                ({"min": "50000 THB", "max": "60000 THB"}, {"min": "40000 THB", "max": "50000 THB"})
            ),
        },
    )
    about = st.one_of(candidate, concerned).map(lambda one: {"candidate": one, "reason": sealed(one)})
    term = st.sampled_from(
        (terms(), terms(), terms(salary="65000 THB"), terms(location="Phuket"), terms(start_date="2027-03-01"))
    )
    match name:
        case "amend-requisition" | "resubmit-requisition":
            return change
        case "add-candidate":
            internal = st.sampled_from((None, None, ENGINEER, OTHER))
            return fixed(
                {
                    "candidate": st.sampled_from((*CANDIDATES, "c-dan")),
                    "source": st.just("x"),
                    "internal": internal,
                    "relatives": st.lists(st.sampled_from((OTHER, MANAGER)), max_size=1),
                }
            )
        case "declare-relationship":
            return fixed({"candidate": candidate, "person": st.sampled_from((*INTERVIEWERS, "e10"))})
        case "screen-candidate":
            outcome = st.sampled_from(("advance", "advance", "reject"))
            return st.builds(lambda base, how: {**base, "outcome": how}, about, outcome)
        case "assign-interviewer":
            kind = st.sampled_from(("technical", "team"))
            return fixed({"candidate": candidate, "kind": kind, "interviewer": st.sampled_from(INTERVIEWERS)})
        case "submit-scorecard":
            waiting = [i for i in state.interviews if i.scorecard is None] or None
            picked = st.sampled_from([(i.candidate, i.kind) for i in waiting]) if waiting else st.just((ANN, "team"))
            return picked.map(
                lambda one: {"candidate": one[0], "kind": one[1], "scores": {"skill": 3}, "recommendation": "yes"}
            )
        case "rank-candidates":
            ranking = st.lists(st.sampled_from(known), min_size=1, max_size=3, unique=True)
            return ranking.map(lambda order: {"ranking": order})
        case "submit-offer":
            return st.builds(lambda one, offered: {"candidate": one, **offered}, candidate, term)
        case "resubmit-offer":
            given = st.sampled_from(({}, {"salary": "52000 THB"}, {"salary": "70000 THB"}))
            return st.builds(lambda one, changed: {"offer": one, **changed}, offer, given)
        case "extend-offer":
            return fixed({"offer": offer})
        case "answer-offer":
            return fixed({"offer": offer, "answer": st.sampled_from(("accept", "accept", "decline"))})
        case "rescind-offer":
            return about
        case "record-check":
            check = st.sampled_from(CHECKS)
            result = st.sampled_from(("passed", "passed", "failed"))
            return fixed({"candidate": concerned, "check": check, "result": result})
        case "complete-task":
            return fixed({"task": task})
        case "decide":
            return fixed({"task": task, "outcome": st.just("approve")})
        case "decide-probation":
            outcome = st.sampled_from(("confirm", "end"))
            return st.builds(lambda base, how: {**base, "outcome": how}, about, outcome)
        case "decide-frozen-offer":
            return fixed({"offer": offer, "choice": st.sampled_from(("keep", "withdraw"))})
        case "freeze":
            return fixed({"reason": st.just("stop"), "release_money": st.booleans()})
        case "cancel-requisition":
            return fixed({"reason": st.just("stop"), "withdraw_offers": st.booleans()})
        case "note-candidate-wanted":
            return fixed({"candidate": candidate, "case": st.just("hiring-9")})
        case "comment":
            return st.just({"text": "hello"})
        case "claim":
            return fixed({"task": task})
        case "reassign":
            return fixed({"task": task, "to": st.sampled_from(PEOPLE), "reason": st.just("away")})
        case "add-approver":
            return fixed({"task": task, "person": st.sampled_from(PEOPLE), "reason": st.just("knows more")})
        case "ask-information":
            return fixed({"task": task, "question": st.just("why?")})
        case "give-information":
            return fixed({"task": task, "text": st.just("because")})
        case "meet-condition":
            return fixed({"task": task, "note": st.just("done")})
        case "release" | "waive-condition" | "override":
            return fixed({"task": task, "reason": st.just("because")})
        case "review-override":
            return fixed({"task": task, "finding": st.just("justified"), "comment": st.just("seen")})
        case "attach":
            return st.just({"name": "plan.pdf", "size": 9, "media_type": "application/pdf", "sha256": "0a" * 32})
        case "submit-requisition" | "retry":
            return st.just({})
        case _:  # withdraw, hold, resume, unfreeze
            return st.just({"reason": "because"})


TestHistories = Histories.TestCase
TestHistories.settings = settings(
    max_examples=examples(25), stateful_step_count=40, suppress_health_check=list(HealthCheck)
)
