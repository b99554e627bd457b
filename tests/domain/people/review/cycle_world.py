"""A cycle and all its reviews on the domain alone: effects go from case to case, claims are seen by each decision."""

from collections import deque
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from domain.kernel.effects import Claim, HeldClaim, OpenApart, Release, StartCase, TellCase
from domain.kernel.errors import Refused
from domain.organisation.model import Organisation
from domain.people.review.cycle_definition import REVIEW_CYCLE
from domain.people.review.cycle_state import CycleState
from domain.people.review.definition import REVIEW
from domain.people.review.state import ReviewState
from tests.conformance import company
from tests.support.given import Scenario

HR, CHAIR = "e1033", "e1003"
TODAY = date(2026, 12, 1)
BY_SYSTEM: dict[str, Any] = {"by": "system", "channel": "effect"}


def terms(**more: Any) -> dict[str, Any]:
    return {
        "period_from": "2026-01-01",
        "period_until": "2026-12-31",
        "assess_from": "2026-12-01",
        "parts": [{"id": "work", "label": "Work", "weight": "60"}, {"id": "team", "label": "Team", "weight": "40"}],
        "questions": [],
        **more,
    }


def mark(value: str = "4", part: str = "work") -> dict[str, str]:
    return {"part": part, "mark": value, "evidence": "Seen in the projects of the year"}


class World:
    """`cycle` and `reviews` by person. What is sent between them is delivered by `deliver`, in any order."""

    def __init__(self, organisation: Organisation | None = None, case: str = "cycle-1") -> None:
        self.facts = company.facts()
        if organisation is not None:
            self.facts = self.facts.model_copy(update={"organisation": organisation})
        self.cycle: Scenario[CycleState] = Scenario(REVIEW_CYCLE, self.facts, case)
        self.reviews: dict[str, Scenario[ReviewState]] = {}
        self.outbox: deque[StartCase | TellCase | OpenApart] = deque()
        self.claims: list[HeldClaim] = []
        self.opened: list[OpenApart] = []

    # What people do
    def begin(self, unit: str = "it-web", *, absent: tuple[str, ...] = (), hr: str = HR, **more: Any) -> "World":
        self.freeze(unit, absent=absent, hr=hr, **more)
        return self.start_pages().deliver()

    def freeze(self, unit: str, *, absent: tuple[str, ...] = (), hr: str = HR, **more: Any) -> "World":
        payload = {**terms(), "name": "2026", "unit": unit, "as_of": "2026-12-01", **more}
        self.act(self.cycle, "design-cycle", payload, by=hr)
        self.act(self.cycle, "announce-cycle", {"task": self.cycle.open("announce").id}, by=hr)
        listed = [{"person": person, "note": "long leave"} for person in absent]
        self.act(self.cycle, "freeze-population", {"task": self.cycle.open("freeze").id, "absent": listed}, by=hr)
        return self

    def start_pages(self) -> "World":
        while self.cycle.state.cycle.left:
            self.due(self.cycle, "cycle-page")
        return self

    def act(self, play: Scenario[Any], name: str, payload: dict[str, Any], **how: Any) -> Scenario[Any]:
        """Raises Refused. Its effects wait in `outbox`, its claims are seen from then on."""
        play.facts = self.facts.model_copy(update={"claims": tuple(self.claims)})
        before = play.state
        play.when(name, payload, **how)
        self._take(play, before)
        self.outbox.extend(e for e in play.effects if isinstance(e, StartCase | TellCase | OpenApart))
        return play

    def due(self, play: Scenario[Any], kind: str) -> Scenario[Any]:
        """The clock of all goes on to the next deadline of this kind, which acts."""
        one = min((each for each in play.case.deadlines if each.kind == kind), key=lambda each: each.at)
        self.at(max(one.at, self.facts.now))
        return self.act(play, "deadline", one.model_dump(mode="json"), by="system", channel="timer")

    def at(self, now: Any) -> None:
        self.facts = self.facts.model_copy(update={"now": now})

    def wait(self, span: timedelta) -> None:
        self.at(self.facts.now + span)

    def organisation(self, change: Callable[[Organisation], Organisation]) -> None:
        self.facts = self.facts.model_copy(update={"organisation": change(self.facts.organisation)})

    # What Signoff does
    def deliver(self, pick: Callable[[int], int] = lambda _count: 0) -> "World":
        """Everything that waits, in the order that `pick` chooses; what is refused is over, as for the delivery."""
        while self.outbox:
            index = pick(len(self.outbox))
            effect = self.outbox[index]
            del self.outbox[index]
            self._hand_over(effect)
        return self

    def _hand_over(self, effect: StartCase | TellCase | OpenApart) -> None:
        if isinstance(effect, OpenApart):
            self.opened.append(effect)
            return
        person = effect.case.removeprefix(f"{self.cycle.case.id}-")
        if isinstance(effect, StartCase):
            self.reviews.setdefault(person, Scenario(REVIEW, self.facts, effect.case))
        play: Scenario[Any] | None = self.cycle if effect.case == self.cycle.case.id else self.reviews.get(person)
        if play is None:
            return
        try:
            self.act(play, effect.command, effect.payload, **BY_SYSTEM)
        except Refused:
            return

    def _take(self, play: Scenario[Any], before: Any) -> None:
        state, process = before, play.process
        for event in play.last:
            for claim in process.claims(state, event):
                self._claim(play.case.id, claim)
            state = process.evolve(state, event)

    def _claim(self, case: str, claim: Claim | Release) -> None:
        if isinstance(claim, Claim):
            self.claims.append(HeldClaim(claim=claim, stream=case, since=self.facts.now))
        else:
            self.claims = [h for h in self.claims if (h.stream, h.claim.key) != (case, claim.key)]


# One review, step by step
def assess(world: World, person: str) -> None:
    play = world.reviews[person]
    world.due(play, "assessment")
    world.act(play, "assess-self", {"task": play.open("self").id, "marks": [mark()]}, by=person)


def rate(world: World, person: str, value: str = "4") -> None:
    play = world.reviews[person]
    task = play.open("rate")
    goals = [{"goal": key, "result": "met"} for key, goal in play.state.goals.items() if goal.state == "open"]
    payload = {"task": task.id, "marks": [mark(value)], "goals": goals}
    world.act(play, "rate-performance", payload, by=task.assignees[0])


def calibrate_unit(world: World) -> None:
    task = world.cycle.open("calibrate")
    world.act(world.cycle, "calibrate-unit", {"task": task.id}, by=task.assignees[0])
    world.deliver()


def sign(world: World, person: str) -> None:
    play = world.reviews[person]
    task = play.open("sign")
    world.act(play, "sign-review", {"task": task.id}, by=task.assignees[0])
    world.deliver()


def talk(world: World, person: str) -> None:
    play = world.reviews[person]
    task = play.open("conversation")
    payload = {"task": task.id, "day": world.facts.now.date().isoformat()}
    world.act(play, "hold-conversation", payload, by=task.assignees[0])


def answer(world: World, person: str, word: str, reason: str | None = None) -> None:
    play = world.reviews[person]
    world.act(play, "acknowledge", {"task": play.open("acknowledge").id, "answer": word, "reason": reason}, by=person)
    world.deliver()


def released(world: World, *people: str) -> World:
    """Every review up to its release."""
    everybody = people or tuple(world.reviews)
    for person in everybody:
        assess(world, person)
    for person in everybody:
        rate(world, person)
    world.deliver()
    calibrate_unit(world)
    for person in everybody:
        sign(world, person)
    return world
