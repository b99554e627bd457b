"""What is asked for: to grant a limit of authority, or to end one. What can be asked, and what cannot be."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AliasChoices, Field

from domain.kernel.commands import Text
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.routing.eligibility import today_of
from domain.kernel.value import Value
from domain.kernel.values.message import N_, Message
from domain.kernel.values.money import Money
from domain.kernel.values.reference import Reference
from domain.organisation.authority.limit_changes import held
from domain.organisation.model import Limit
from domain.organisation.units import refuse_ended

Name = Annotated[str, Field(min_length=1, max_length=80)]
Category = Annotated[Name, Reference("category", free=True)]
Unit = Annotated[Name, Reference("unit")]
PersonId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$"), Reference("person")]
From = Annotated[date | None, Field(validation_alias=AliasChoices("from", "start"), title="first day")]
_UNTIL = "The first day on which it no longer holds."
Until = Annotated[date | None, Field(validation_alias=AliasChoices("until", "end"), title="until", description=_UNTIL)]


class RequestLimit(Value):
    """Asks that a person may approve up to an amount in a category, in a unit and below it."""

    person: PersonId
    category: Category
    up_to: Money
    unit: Unit
    start: From = None
    end: Until = None
    reason: Text


class RevokeLimit(Value):
    """Asks to end a limit of a person: from the day `until` on, or once it is approved."""

    person: PersonId
    category: Category
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$"), Reference("currency")]
    unit: Unit | None = None
    end: Until = None
    reason: Text


class LimitChange(Value):
    """The content that is approved.

    `start` is the first day of a grant, None for the day of its approval. `end` is the first day on which the limit no
    longer holds; None is never for a grant, and the day of approval for a revocation.
    """

    change: Literal["grant", "revoke"]
    person: PersonId
    category: Category
    up_to: Money
    unit: Unit | None = None
    start: From = None
    end: Until = None
    reason: Text

    @property
    def limit(self) -> Limit:
        return Limit(**self.model_dump(exclude={"change", "reason"}))


def change_of(payload: Value, facts: Facts) -> LimitChange:
    """What an opening command asks for. Raises Refused `no-such-limit`."""
    match payload:
        case RequestLimit():
            return LimitChange.model_validate({"change": "grant", **dict(payload)})
        case RevokeLimit():
            limit = _held_now(payload, facts)
            ends = {"change": "revoke", "end": payload.end, "reason": payload.reason}
            return LimitChange.model_validate({**limit.model_dump(exclude={"role"}), **ends})
    raise TypeError(f"{type(payload).__name__} opens no case")


def check(facts: Facts, change: LimitChange, _requester: str) -> None:
    """Raises Refused `unknown-person`, `unknown-unit`, `unknown-category`, `no-amount`, `past-day`, `no-days`."""
    today = today_of(facts, change.person)
    if change.change == "revoke":
        return _refuse_past(change.end, today)
    organisation = facts.organisation
    if not organisation.works_here(change.person, today):
        template = "Nobody with the id {person} works here on {day}; check the id."
        raise Refused("unknown-person", template, person=change.person, day=today.isoformat())
    if change.unit not in organisation.units:
        raise Refused("unknown-unit", "There is no unit {unit}; check its id.", unit=change.unit)
    refuse_ended(organisation, change.unit, max(change.start or today, today))
    known = sorted({other.category for other in organisation.limits})
    if change.category not in known:
        template = "There are no limits for {category}; the categories are {known}."
        raise Refused("unknown-category", template, category=change.category, known=", ".join(known))
    if change.up_to.amount <= 0:
        raise Refused("no-amount", "A limit is above zero; to take one away, use revoke-limit.")
    _refuse_past(change.start, today)
    if change.end is not None and change.end <= (change.start or today):
        raise Refused("no-days", "The limit would end before it begins; give until a later day.")
    return None


def check_change(_facts: Facts, before: LimitChange, after: LimitChange) -> None:
    """An amendment makes no other request. Raises Refused `revocation`, `other-currency`."""
    other = {name for name in LimitChange.model_fields if getattr(before, name) != getattr(after, name)}
    if before.change == "revoke" and other - {"end", "reason"}:
        raise Refused("revocation", "Of a revocation only until and reason can change; ask for another one.")
    if before.up_to.currency != after.up_to.currency:
        raise Refused("other-currency", "Another currency is another limit; ask for it in a case of its own.")


def title(change: LimitChange) -> Message:
    person, category, up_to = change.person, change.category, str(change.up_to)
    if change.change == "revoke":
        return N_("End the limit of {person}: {category} up to {up_to}", person=person, category=category, up_to=up_to)
    return N_("A limit for {person}: {category} up to {up_to}", person=person, category=category, up_to=up_to)


def unit_of(facts: Facts, change: LimitChange) -> str:
    """Where the limit counts; for one that counts everywhere, where the person works."""
    return change.unit or facts.organisation.unit_of(change.person, today_of(facts, change.person)) or ""


def _refuse_past(day: date | None, today: date) -> None:
    """Authority is never given or taken for days that are over: decisions of those days stand."""
    if day is not None and day < today:
        raise Refused("past-day", "A change of authority begins on {today} or later.", today=today.isoformat())


def _held_now(payload: RevokeLimit, facts: Facts) -> Limit:
    today = today_of(facts, payload.person)
    nothing = Money(amount=Decimal(0), currency=payload.currency)
    wanted = Limit(person=payload.person, category=payload.category, up_to=nothing, unit=payload.unit)
    found = [limit for limit in held(facts.organisation, wanted) if limit.end is None or limit.end > today]
    if not found:
        template = "{person} has no own limit for {category} in {currency} there; a limit by role ends with the role."
        raise Refused("no-such-limit", template, **payload.model_dump(include={"person", "category", "currency"}))
    return min(found, key=lambda limit: limit.start or date.min)
