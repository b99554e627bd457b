"""What follows from the position that somebody wants to fill: its unit, grade, description and money."""

from typing import Any

from domain.kernel.facts import Facts
from domain.kernel.showing.form_hints import Shown
from domain.organisation.model import Organisation
from domain.organisation.register import in_force

PEOPLE = "people"
"""The category of budget lines for salaries."""
FIRST = ("position", "salary_band", "business_case", "interview_plan")
"""What is asked at once of whoever wants to hire: the position says the rest."""


def of_position(position: str, facts: Facts) -> Shown:
    """Nothing for a position that does not exist."""
    organisation = facts.organisation
    known = organisation.positions.get(position)
    if known is None:
        return {}
    found: dict[str, Any] = {"unit": known.unit, "grade": known.grade}
    for name in organisation.descriptions:
        job = in_force(organisation, name)
        if job and position in job.description.positions:
            found["job_description"] = {"id": name, "version": str(job.version)}
    line = _line_of(organisation, known.unit)
    place = _place_of(facts, known.reports_to)
    return found | ({"budget_line": line} if line else {}) | ({"location": place} if place else {})


def _line_of(organisation: Organisation, unit: str) -> str | None:
    """The budget line for people of the unit, else of the nearest unit above that has just one such line."""
    for above in organisation.units_above(unit):
        lines = [one.id for one in organisation.budget_lines.values() if (one.unit, one.category) == (above, PEOPLE)]
        if len(lines) == 1:
            return lines[0]
    return None


def _place_of(facts: Facts, above: str | None) -> str | None:
    """Where the holder of the position above works, by their calendar."""
    organisation, day = facts.organisation, facts.now.date()
    found = (one for one in organisation.people.values() if one.holds_on(day) and one.position_on(day) == above)
    manager = next(found, None)
    zone = organisation.calendars[manager.calendar].zone if manager else ""
    return zone.rpartition("/")[2].replace("_", " ") or None
