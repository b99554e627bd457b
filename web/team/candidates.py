"""The board of a hiring from its state as a reader may see it: what is hidden from them stays out. Pure, over JSON."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from domain.kernel.values.message import N_, Message

Shown = Mapping[str, Any]

COLUMNS: Mapping[str, Message] = {
    "added": N_("To screen"),
    "interviews": N_("Interviews"),
    "selection": N_("Selection"),
    "offer": N_("Offer"),
    "hired": N_("Hired"),
    "out": N_("Not going on"),
}
_HIRED = frozenset({"accepted", "filled"})
_TURNED_DOWN = frozenset({"declined", "ended"})
_OPEN = frozenset({"in_approval", "returned", "approved", "extended"})


@dataclass(frozen=True)
class Entry:
    """A candidate on the board. `cards` are scorecards handed in that the reader may see, `due` how many are missing.

    `mean` is over all scores of `cards`, None without any; `rank` is from 1.
    """

    id: str
    column: str
    source: str
    internal: bool
    cards: int
    due: int
    mean: Decimal | None
    rank: int | None
    offer: Shown | None


@dataclass(frozen=True)
class Line:
    """One criterion with the score of each interview, None where there is none to see."""

    name: str
    scores: tuple[int | None, ...]

    @property
    def mean(self) -> Decimal | None:
        return mean(score for score in self.scores if score is not None)


def board(state: Shown) -> dict[str, list[Entry]]:
    """By column, ranked candidates in their order."""
    found: dict[str, list[Entry]] = {name: [] for name in COLUMNS}
    for candidate in _values(state.get("candidates")):
        one = entry(state, candidate)
        found[one.column].append(one)
    for entries in found.values():
        entries.sort(key=lambda one: (one.rank is None, one.rank or 0))
    return found


def entry(state: Shown, candidate: Shown) -> Entry:
    own = interviews_of(state, candidate["id"])
    offers = [one for one in _values(state.get("offers")) if one.get("candidate") == candidate["id"]]
    scores = [score for one in own if (card := card_of(one)) for score in card["scores"].values()]
    done = [one for one in own if card_of(one)]
    ranking = state.get("ranking")
    ranking = ranking if isinstance(ranking, list) else []
    return Entry(
        id=candidate["id"],
        column=_column(candidate, own, ranking, offers),
        source=candidate["source"] if isinstance(candidate.get("source"), str) else "",
        internal=bool(candidate.get("internal")),
        cards=len(done),
        due=len(own) - len(done),
        mean=mean(scores),
        rank=ranking.index(candidate["id"]) + 1 if candidate["id"] in ranking else None,
        offer=offers[-1] if offers else None,
    )


def interviews_of(state: Shown, candidate: str) -> list[Shown]:
    """The interviews that count, in the order in which they were asked for."""
    known = state.get("interviews")
    return [one for one in (known if isinstance(known, list) else ())
            if one["candidate"] == candidate and not one["void"]]  # fmt: skip


def card_of(interview: Shown) -> Shown | None:
    """The scorecard, if it was handed in and the reader may see its scores."""
    card = interview.get("scorecard")
    return card if isinstance(card, dict) and isinstance(card.get("scores"), dict) and "hidden" not in card else None


def mean(scores: Iterable[int]) -> Decimal | None:
    known = list(scores)
    return (Decimal(sum(known)) / len(known)).quantize(Decimal("0.1")) if known else None


def compared(musts: Sequence[str], interviews: Sequence[Shown]) -> list[Line]:
    """Line by line what candidates are scored on: must-haves of the description, then whatever else was scored."""
    cards = [card["scores"] if (card := card_of(one)) else {} for one in interviews]
    names = dict.fromkeys((*musts, *(name for scores in cards for name in scores)))
    return [Line(name, tuple(scores.get(name) for scores in cards)) for name in names]


def outside(offer: Shown, band: Any) -> Decimal | None:
    """How far a salary lies from the nearest end of the band, as a part of that end; below it negative."""
    terms = offer.get("terms")
    salary = terms.get("salary") if isinstance(terms, dict) else None
    if not isinstance(band, dict) or not isinstance(salary, dict) or "amount" not in salary or "max" not in band:
        return None
    paid, low, high = (Decimal(one["amount"]) for one in (salary, band["min"], band["max"]))
    nearest = high if paid > high else low
    return (paid - nearest) / nearest if paid > high or paid < low else None


def _column(candidate: Shown, interviews: Sequence[Shown], ranking: Sequence[str], offers: Sequence[Shown]) -> str:
    if candidate.get("status") in ("rejected", "stepped_back"):
        return "out"
    statuses = {one.get("status") for one in offers}
    if statuses & _HIRED:
        return "hired"
    if statuses & _OPEN:
        return "offer"
    if statuses & _TURNED_DOWN:
        return "out"
    if candidate["id"] in ranking:
        return "selection"
    return "added" if candidate.get("status") == "added" and not interviews else "interviews"


def _values(shown: Any) -> list[Shown]:
    return list(shown.values()) if isinstance(shown, dict) and shown.get("hidden") is not True else []
