"""Changing the register of skills by a command: who may, and what may change (JOB-03, KRN-42)."""

from datetime import date, datetime

from domain.kernel.errors import Refused
from domain.organisation.delegations import HR_PARTNER, OPERATIONS
from domain.organisation.events import SkillSet
from domain.organisation.jobs import Skill
from domain.organisation.model import Organisation

ROLES = frozenset({HR_PARTNER, OPERATIONS})
"""Whoever holds one of these, for whatever unit, may change the register."""


def set_skill(organisation: Organisation, skill: Skill, *, by: str, now: datetime) -> list[SkillSet]:
    """The event that makes a skill new, renames or ends it; none if it is so already.

    Names and days that are not given stay as they are. Raises Refused `not-yours-to-register`, `name-missing`,
    `no-days`.
    """
    day = organisation.day_of(by, now)
    _refuse_others(organisation, by, day)
    known = organisation.skills.get(skill.id)
    wanted = skill if known is None else _changed(known, skill)
    if not wanted.name:
        raise Refused("name-missing", "Say what the skill {skill} is called.", skill=skill.id)
    if wanted.end is not None and wanted.end <= (wanted.start or date.min):
        raise Refused("no-days", "The skill would end before it begins; give until a later day.")
    return [] if wanted == known else [SkillSet(skill=wanted, effective=skill.end or skill.start or day)]


def _changed(known: Skill, skill: Skill) -> Skill:
    return Skill(
        id=known.id,
        name={**known.name, **skill.name},
        start=skill.start or known.start,
        end=skill.end or known.end,
    )


def _refuse_others(organisation: Organisation, by: str, day: date) -> None:
    held = (h for h in organisation.roles if h.person == by and h.role in ROLES)
    if not (organisation.works_here(by, day) and any(holding.holds_on(day) for holding in held)):
        raise Refused("not-yours-to-register", "The register of skills is kept by HR partners and operations; ask one.")
