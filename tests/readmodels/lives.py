"""Hirings whose events keep the instant at which they happened, scripted or wandering, and their way into the log."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID, uuid4

from activities.decide import new_event
from domain.kernel.cases.case_events import CommandRefused, Decided, StepStuck
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from eventstore.canonical import canonical
from eventstore.database import Connection
from tests.domain.people.company import (
    ANN,
    BOB,
    CAT,
    HR,
    LEAD,
    RECRUITER,
    Play,
    extended,
    interviewed,
    requisition,
    terms,
)

CANDIDATES = (ANN, BOB, CAT)


class Life(Play):
    """A play that remembers when each event happened."""

    def __init__(self, case: str, **more: Any) -> None:
        super().__init__(case, **more)
        self.told: list[tuple[datetime, Event]] = []

    def _fold(self, event: Event) -> None:
        super()._fold(event)
        self.told.append((self.now, event))


def wandering(case: str, rng: Random, moves: int = 25) -> Life:
    """A hiring that goes some way by itself and then anywhere; what is refused on the way does not happen."""
    life = Life(case)
    life.do(LEAD, "raise-requisition", **requisition(seats=rng.choice((1, 2, 3))))
    if rng.random() < 0.8:
        life.pass_time(days=rng.choice((1, 4, 9)))
        life.approve_all()
    with suppress(Refused):
        interviewed(life, *rng.sample(CANDIDATES, rng.randrange(3)))
    for _ in range(moves):
        with suppress(Refused, IndexError):
            rng.choice(_MOVES)(life, rng)
    return life


def _decide(life: Life, rng: Random) -> None:
    """Sometimes for somebody else, as a stand-in would."""
    outcome = rng.choice(("approve", "approve", "approve", "reject"))
    start = len(life.told)
    life.decide(outcome, comment="because")
    if rng.random() < 0.8:
        at, event = life.told[start]
        assert isinstance(event, Decided)
        stands_in = {"on_behalf_of": event.actor, "delegation": rng.choice(("d-1", "d-2"))}
        life.told[start] = at, event.model_copy(update=stands_in)


def _answer(life: Life, rng: Random) -> None:
    offer = rng.choice([offer for offer in life.state.offers.values() if offer.status == "extended"])
    answer = rng.choice(("accept", "accept", "decline"))
    life.do(offer.candidate, "answer-offer", channel="link", offer=offer.id, answer=answer)


def _held(life: Life, _rng: Random) -> None:
    if life.state.case.hold:
        life.do(LEAD, "resume", reason="go on")
    else:
        life.do(LEAD, "hold", reason="wait")


def _check(life: Life, rng: Random) -> None:
    check = rng.choice(("references", "education"))
    life.do(RECRUITER, "record-check", candidate=rng.choice(CANDIDATES), check=check, result="passed")


def _odd(life: Life, rng: Random) -> None:
    """What a workflow records by itself: a refused signal, a step that found nobody once more."""
    refused = CommandRefused(command="nonsense", code="unknown-command", message="There is no such command.")
    stuck = StepStuck(review=life.state.review, step="line", reason="nobody is there", alarm=("e1",))
    life._fold(rng.choice((refused, stuck)) if life.state.review in life.state.case.reviews else refused)


_MOVES = (
    *[_decide] * 4,
    *[lambda life, rng: life.pass_time(days=rng.choice((1, 2, 5, 9, 30)))] * 4,
    *[lambda life, rng: extended(life, rng.choice(CANDIDATES), **terms())] * 4,
    *[_answer] * 4,
    *[_check] * 4,
    _held,
    _odd,
    lambda life, rng: life.do(RECRUITER, "add-candidate", candidate=rng.choice(CANDIDATES), source="referral"),
    lambda life, rng: life.do(
        RECRUITER, "screen-candidate", candidate=rng.choice(CANDIDATES), outcome=rng.choice(("advance", "reject"))
    ),
    lambda life, rng: life.do(LEAD, "decide-probation", candidate=rng.choice(CANDIDATES), outcome="confirm"),
    lambda life, rng: life.do(LEAD, "amend-requisition", seats=rng.choice((1, 2, 3))),
    lambda life, _: life.do(HR, "freeze", reason="hiring stops", release_money=False),
    lambda life, _: life.do(HR, "unfreeze", reason="hiring goes on"),
)


def crossed(lives: Sequence[Life]) -> list[tuple[datetime, str, Event]]:
    """Their events in the order of the time in which they happened."""
    told = [(at, life.case, event) for life in lives for at, event in life.told]
    return sorted(told, key=lambda each: each[0])


async def record(conn: Connection, told: Iterable[tuple[datetime, str, Event]]) -> list[int]:
    """Puts events into the log as of their own time, past the store, which stamps them itself. Their positions."""
    positions = []
    for at, case, event in told:
        await conn.execute("INSERT INTO signoff.streams VALUES ($1, 'hiring') ON CONFLICT DO NOTHING", case)
        new = new_event(event)
        actor = getattr(event, "actor", None) or getattr(event, "by", None) or "system"
        positions.append(
            await conn.fetchval(
                _INSERT,
                case,
                new.type,
                new.schema_version,
                canonical(new.payload),
                actor,
                new.on_behalf_of,
                uuid4(),
                at,
            )
        )
    return positions


_INSERT = f"""
INSERT INTO signoff.events
SELECT nextval('signoff.positions'), $1, 1 + (SELECT count(*) FROM signoff.events WHERE stream = $1), $2, $3,
    $4::text::json, $5, $6, $7, '{UUID(int=0)}', NULL, 'cli', $8, '\\x00'
RETURNING position"""
