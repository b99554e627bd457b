"""What a version says: whether it can be, how it differs from the one in force, and what approvers decide on."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from domain.kernel.deciding.approval import Content
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.value import Value
from domain.kernel.values.content import as_logged
from domain.kernel.values.message import N_, Message
from domain.organisation.jobs import Description
from domain.organisation.model import Organisation
from domain.organisation.register import in_force, require_skill
from domain.people.job_description.state import Difference

MATERIAL = tuple(Description.model_fields)
"""What approvers read and answer for, all of it: changing one of these voids their decisions (KRN-14)."""

_BY: Mapping[str, Callable[[Any], str]] = {
    "skills": lambda asked: str(asked["skill"]),
    "spending": lambda right: str(right["category"]),
    "details": lambda detail: str(detail["topic"]),
}
"""What tells the items of a list apart; of other lists it is the item itself."""


def check(organisation: Organisation, content: Description, day: date) -> None:
    """Raises Refused `unknown-unit`, `unknown-position`, `own-line`, `named-twice`, `unknown-category`, those of the
    speciality, and those of `require_skill` with near matches (JOB-01, JOB-03).
    """
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


def differences(old: Description | None, new: Description) -> tuple[Difference, ...]:
    """What `new` changes, field by field and in lists item by item; nothing for the first version (JOB-04)."""
    if old is None:
        return ()
    before, after = as_logged(old.model_dump()), as_logged(new.model_dump())
    return tuple(found for name in Description.model_fields for found in _differ(name, before[name], after[name]))


def changed(old: Description, new: Description) -> tuple[str, ...]:
    """The names of the fields that differ."""
    return tuple(name for name in Description.model_fields if getattr(old, name) != getattr(new, name))


def holders(organisation: Organisation, content: Description, day: date) -> tuple[str, ...]:
    """Who sits on the positions that it describes."""
    sitting = (organisation.holder_of(position, day) for position in content.positions)
    return tuple(dict.fromkeys(person for person in sitting if person))


def grades_now(organisation: Organisation, description: str, content: Description) -> tuple[int, ...]:
    """The grades that the positions have by now: that of the version in force, or of a position new to it."""
    known = in_force(organisation, description)
    own = (known.description.grade,) if known else ()
    inside = known.description.positions if known else ()
    others = (organisation.positions[name].grade for name in content.positions if name not in inside)
    return tuple(sorted({*own, *others}))


def regraded(grades: Iterable[int], content: Description) -> bool:
    return any(grade != content.grade for grade in grades)


def content_of(
    facts: Facts, description: str, content: Description, *, requester: str, day: date, known: tuple[str, ...] = ()
) -> Content:
    """What approvers decide on. Who sits on its positions never decides, nor did who sat there before (KRN-02)."""
    material = {name: getattr(content, name) for name in MATERIAL}
    material["speciality"] = content.speciality or ""  # a condition compares it: none is a word too
    material["description"] = description
    subjects = dict.fromkeys((*holders(facts.organisation, content, day), *known))
    grades = grades_now(facts.organisation, description, content)
    found = in_force(facts.organisation, description)
    return Content(
        requester=requester,
        unit=content.unit,
        material=material,
        data={
            **material,
            "new_version": found is not None,
            "grade_changed": regraded(grades, content),
        },
        excluded=tuple(person for person in subjects if person != requester),
    )


def title(content: Description) -> Message:
    return N_("Job description: {title}", **content.title.in_messages())


def _check_speciality(organisation: Organisation, content: Description) -> None:
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
