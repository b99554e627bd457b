"""Looking things up in the registers of skills and of job descriptions; what is not there is refused with what is near.

Near is near by id or by name in any language, as somebody would misspell either (JOB-03).
"""

from datetime import date

from domain.kernel.errors import Refused
from domain.kernel.register import near
from domain.organisation.jobs import JobVersion
from domain.organisation.model import Organisation


def near_skills(organisation: Organisation, wanted: str) -> tuple[str, ...]:
    return near(wanted, {skill.id: skill.name for skill in organisation.skills.values()})


def require_skill(organisation: Organisation, skill: str, day: date) -> None:
    """Raises Refused `unknown-skill` with near matches, `skill-ended` (JOB-03)."""
    known = organisation.skills.get(skill)
    if known is None:
        raise _unknown("skill", skill, near_skills(organisation, skill))
    if not known.holds_on(day):
        raise Refused(
            "skill-ended",
            "The skill {skill} is not in the register on {day}; choose another one.",
            skill=skill,
            day=day.isoformat(),
        )


def in_force(organisation: Organisation, description: str) -> JobVersion | None:
    """The version of a job description that counts; None before the first and after its retirement."""
    versions = organisation.descriptions.get(description, ())
    return versions[-1] if versions and versions[-1].end is None else None


def version_of(organisation: Organisation, description: str, version: str) -> JobVersion | None:
    """An approved version, in force or not, as a case pinned it (JOB-02)."""
    versions = organisation.descriptions.get(description, ())
    return next((each for each in versions if str(each.version) == version), None)


def require_description(organisation: Organisation, description: str) -> JobVersion:
    """The version in force. Raises Refused `unknown-job-description` with near matches, `retired`."""
    versions = organisation.descriptions.get(description, ())
    if not versions:
        registered = organisation.descriptions.items()
        titles = {key: each[-1].description.title.by_language() for key, each in registered}
        raise _unknown("job description", description, near(description, titles))
    if versions[-1].end is not None:
        template = "The job description {description} was retired; choose another one or write it anew."
        raise Refused("retired", template, description=description)
    return versions[-1]


def require_in_force(organisation: Organisation, description: str, version: str) -> JobVersion:
    """The version, if it is in force. Raises Refused `not-in-force`, and what `require_description` raises."""
    found = require_description(organisation, description)
    if str(found.version) != version:
        raise Refused(
            "not-in-force",
            "Version {version} of the job description {description} is not in force; version {known} is.",
            description=description,
            version=version,
            known=str(found.version),
        )
    return found


def described_by(organisation: Organisation, position: str) -> JobVersion | None:
    """The one approved version that a position points to (JOB-02)."""
    description = organisation.described.get(position)
    return in_force(organisation, description) if description else None


def _unknown(what: str, wanted: str, matches: tuple[str, ...]) -> Refused:
    code = f"unknown-{what.replace(' ', '-')}"
    if matches:
        template = "There is no {what} {wanted} in the register; did you mean {near}?"
        return Refused(code, template, what=what, wanted=wanted[:80], near=", ".join(matches))
    template = "There is no {what} {wanted} in the register; look there for its id, or have it added."
    return Refused(code, template, what=what, wanted=wanted[:80])
