"""What a version says: whether it can be, how it differs from the one in force, and what approvers decide on."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import Field

from domain.kernel.commands import Text
from domain.kernel.document import KeepDraft
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.routing.eligibility import today_of
from domain.kernel.value import Value
from domain.kernel.values.content import as_logged
from domain.kernel.values.days import Day
from domain.kernel.values.message import N_, Message
from domain.kernel.values.reference import Reference
from domain.organisation.jobs import Description, Detail, Line, Requirement, SpendingRight, Title, Word
from domain.organisation.model import Organisation
from domain.organisation.register import in_force, require_description, require_skill

Id = Annotated[str, Field(min_length=2, max_length=64, pattern=r"^[a-z0-9][a-z0-9._-]+$")]
Position = Annotated[Word, Reference("position")]
Lines = Annotated[tuple[Line, ...], Field(max_length=30)]
_REVIEW_BY = "By when somebody looks whether it is still right, if not a year from when it is in use."

_BY: Mapping[str, Callable[[Any], str]] = {
    "skills": lambda asked: str(asked["skill"]),
    "spending": lambda right: str(right["category"]),
    "details": lambda detail: str(detail["topic"]),
}
"""What tells the items of a list apart; of other lists it is the item itself."""


class Version(Value):
    """The content that is approved: one version of the description with this id (JOB-01)."""

    description: Annotated[Id, Reference("job-description", free=True)] = Field(
        title="job description", description="Its id for good, for example jd-data-engineer."
    )
    title: Title
    purpose: Text = Field(description="Why there is this job.")
    accountabilities: Annotated[Lines, Field(min_length=1)] = Field(description="What its holder answers for.")
    decision_rights: Lines = Field((), description="What its holder decides without asking.")
    spending: Annotated[tuple[SpendingRight, ...], Field(max_length=20)] = Field(
        (), title="spending authority", description="Up to how much, by category."
    )
    skills: Annotated[tuple[Requirement, ...], Field(max_length=40)] = ()
    grade: Annotated[int, Field(ge=0, le=99)]
    unit: Annotated[Word, Reference("unit")]
    positions: Annotated[tuple[Position, ...], Field(max_length=200)] = Field(
        (), description="The positions that it describes."
    )
    reports_to: Position | None = Field(None, title="reports to", description="The position above.")
    speciality: Annotated[Word, Reference("speciality")] | None = Field(
        None, description="Of a technical job: its field, which asks for details."
    )
    details: Annotated[tuple[Detail, ...], Field(max_length=20)] = Field(
        (), title="technical details", description="One for each topic that the field asks for."
    )
    review_by: Day | None = Field(None, title="review date", description=_REVIEW_BY)

    @property
    def job(self) -> Description:
        """What the register holds of it."""
        return Description(**{name: getattr(self, name) for name in Description.model_fields})


class DraftDescription(Version, KeepDraft):
    """The first version of a description (JOB-01)."""


class Revised(Value):
    """Which description gets a new version (JOB-04)."""

    description: Annotated[Id, Reference("job-description")] = Field(title="job description")


class Difference(Value):
    """One thing that the version changes: a field, and in a list which item. None is what was not there (JOB-04)."""

    field: str
    item: str = ""
    before: Any = None
    after: Any = None


def version_from(payload: Value, facts: Facts) -> Version:
    """What an opening command asks for. Raises Refused `known-description`, `unknown-job-description`,
    `nothing-changed`.
    """
    known = facts.organisation
    if isinstance(payload, DraftDescription):
        if in_force(known, payload.description):
            template = "{description} is in force already; begin a new version with revise-description."
            raise Refused("known-description", template, description=payload.description)
        return Version(**{name: getattr(payload, name) for name in Version.model_fields})
    assert isinstance(payload, Revised)
    old = Version(description=payload.description, **dict(require_description(known, payload.description).description))
    new = old.model_copy(update=given_in(payload))
    if new.job == old.job:
        raise Refused("nothing-changed", "These values are the same as before; change at least one.")
    return new


def given_in(payload: Value) -> dict[str, Any]:
    """The fields that were given. `reports_to`, `speciality` and `review_by` may be taken back with null."""
    given = {name: getattr(payload, name) for name in Version.model_fields if name in payload.model_fields_set}
    nullable = ("reports_to", "speciality", "review_by")
    return {name: value for name, value in given.items() if value is not None or name in nullable}


def refuse_past(review_by: date | None, day: date) -> None:
    if review_by is not None and review_by <= day:
        raise Refused("past-day", "The review date lies after {today}; choose a later day.", today=day.isoformat())


def beside(facts: Facts, content: Version) -> Mapping[str, Any]:
    """How it differs from the version in force, and who sits on its positions."""
    known = in_force(facts.organisation, content.description)
    return {
        "previous": known.version if known else None,
        "differences": differences(known.description if known else None, content.job),
        "holders": holders(facts, content),
    }


def check(facts: Facts, content: Version, requester: str) -> None:
    """Raises Refused `unknown-unit`, `unknown-position`, `own-line`, `named-twice`, `unknown-category`, `past-day`,
    those of the speciality, and those of `require_skill` with near matches (JOB-01, JOB-03).
    """
    organisation, day = facts.organisation, today_of(facts, requester)
    _known("unit", [content.unit], organisation.units)
    _known("position", [*content.positions, *filter(None, [content.reports_to])], organisation.positions)
    if content.reports_to in content.positions:
        raise Refused("own-line", "Position {position} would report to itself.", position=content.reports_to)
    _once("position", content.positions)
    _once("skill", (asked.skill for asked in content.skills))
    _once("topic", (detail.topic for detail in content.details))
    _once("category", (right.category for right in content.spending))
    for asked in content.skills:
        require_skill(organisation, asked.skill, day)
    categories = sorted({limit.category for limit in organisation.limits})
    for right in content.spending:
        if right.category not in categories:
            template = "There are no limits for {category}; the categories are {known}."
            raise Refused("unknown-category", template, category=right.category, known=", ".join(categories))
    _check_speciality(organisation, content)
    refuse_past(content.review_by, day)


def differences(old: Description | None, new: Description) -> tuple[Difference, ...]:
    """What `new` changes, field by field and in lists item by item; nothing for the first version (JOB-04)."""
    if old is None:
        return ()
    before, after = as_logged(old.model_dump()), as_logged(new.model_dump())
    return tuple(found for name in Description.model_fields for found in _differ(name, before[name], after[name]))


def holders(facts: Facts, content: Version) -> tuple[str, ...]:
    """Who sits on the positions that it describes, each by the day that it is where they are."""
    holder_of, around = facts.organisation.holder_of, [facts.now.date() + timedelta(days=off) for off in (-1, 0, 1)]
    found = [(name, person) for name in content.positions for day in around if (person := holder_of(name, day))]
    sitting = (person for name, person in found if holder_of(name, today_of(facts, person)) == person)
    return tuple(dict.fromkeys(sitting))


def grades_now(organisation: Organisation, content: Version) -> tuple[int, ...]:
    """The grades that the positions have by now: that of the version in force, or of a position new to it."""
    known = in_force(organisation, content.description)
    own = (known.description.grade,) if known else ()
    inside = known.description.positions if known else ()
    others = (organisation.positions[name].grade for name in content.positions if name not in inside)
    return tuple(sorted({*own, *others}))


def regraded(facts: Facts, content: Version) -> bool:
    return any(grade != content.grade for grade in grades_now(facts.organisation, content))


def title(content: Version) -> Message:
    return N_("Job description: {title}", **content.title.in_messages())


def _check_speciality(organisation: Organisation, content: Version) -> None:
    """Raises Refused `unknown-speciality`, `detail-missing`, `unknown-topic`: a field asks for its details (JOB-01)."""
    if content.speciality is None:
        if content.details:
            raise Refused("no-speciality", "Technical details belong to a speciality; name it.")
        return
    found = organisation.specialities.get(content.speciality)
    if found is None:
        template = "There is no speciality {speciality}; there are: {known}."
        known = ", ".join(sorted(organisation.specialities))
        raise Refused("unknown-speciality", template, speciality=content.speciality, known=known)
    given = [detail.topic for detail in content.details]
    if missing := [topic for topic in found.details if topic not in given]:
        template = "A job in {speciality} needs details about: {missing}. Add them."
        raise Refused("detail-missing", template, speciality=found.id, missing=", ".join(missing))
    if unknown := [topic for topic in given if topic not in found.details]:
        template = "{speciality} asks for no details about {unknown}; it asks for: {known}."
        known = ", ".join(found.details)
        raise Refused(
            "unknown-topic", template, speciality=found.id, unknown=", ".join(unknown)[:200], known=known or "–"
        )


def _differ(name: str, before: Any, after: Any) -> Iterator[Difference]:
    if before == after:
        return
    if not isinstance(before, list):
        yield Difference(field=name, before=before, after=after)
        return
    by = _BY.get(name, str)
    old, new = ({by(item): item for item in items} for items in (before, after))
    for key in (*old, *(key for key in new if key not in old)):
        if old.get(key) != new.get(key):
            yield Difference(field=name, item=key if name in _BY else "", before=old.get(key), after=new.get(key))


def _known(what: str, wanted: Iterable[str], register: Mapping[str, Value]) -> None:
    for name in wanted:
        if name not in register:
            template = "There is no {what} {given} in the organisation; check the id."
            raise Refused(f"unknown-{what}", template, what=what, given=name)


def _once(what: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise Refused("named-twice", "The {what} {name} is named twice; keep one of the two.", what=what, name=name)
        seen.add(name)
