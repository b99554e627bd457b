"""What can happen to the organisation (KRN-42).

`effective` is the first day of the change, which may be before or after the day it was recorded.
"""

from datetime import date, datetime

from domain.kernel.events import Event
from domain.kernel.values.calendar import Calendar
from domain.organisation.hr_map import HrMap
from domain.organisation.jobs import JobVersion, Skill, Speciality
from domain.organisation.model import BudgetLine, Freeze, Limit, Position, RoleHolding, Seat, Unit
from domain.organisation.training import CertificateRule, Course, HeldCertificate, HeldSkill


class UnitSet(Event):
    """A unit is new, or has another name or parent."""

    unit: Unit
    effective: date


class PositionSet(Event):
    """A position is new, or has another title, unit, grade or reporting line, or was frozen or released."""

    position: Position
    effective: date


class PersonJoined(Event):
    """Someone works here from `start`; None if the file did not say since when."""

    person: str
    position: str
    calendar: str
    language: str
    start: date | None
    effective: date


class PersonStartChanged(Event):
    """The first day of someone's newest stretch is another. `reason` says why, if the old one had passed (ORG-04)."""

    person: str
    start: date
    effective: date
    reason: str | None = None


class PersonReturned(Event):
    """Someone who left works here again: a second stretch under the same id (ORG-04)."""

    person: str
    position: str
    calendar: str
    language: str
    start: date
    effective: date


class PersonMoved(Event):
    """Someone holds another position from `effective` on."""

    person: str
    position: str
    effective: date
    reason: str | None = None


class MoveTakenBack(Event):
    """Someone's newest move, that of `effective`, does not take place, or did not (ORG-04)."""

    person: str
    position: str
    effective: date
    reason: str | None = None


class PersonSettingsChanged(Event):
    person: str
    calendar: str
    language: str
    effective: date


class FunctionalLineSet(Event):
    """Someone reports to a position besides the line, or to none any more (ORG-05)."""

    person: str
    position: str | None
    effective: date


class PersonLeft(Event):
    """`effective` is the first day on which the person no longer works here. Nobody else ever gets their id.

    `successor` gets what they hold on that day; None is whoever was named before, else the manager (KRN-24).
    """

    person: str
    effective: date
    successor: str | None = None
    reason: str | None = None


class LeavingTakenBack(Event):
    """Someone who was to leave on `effective` stays, or never left (ORG-04)."""

    person: str
    effective: date
    reason: str | None = None


class SeatSet(Event):
    """Someone has a position besides their own, or has it until another day (ORG-05)."""

    seat: Seat
    effective: date


class RoleGranted(Event):
    holding: RoleHolding
    effective: date


class RoleEnded(Event):
    """The holding with its end; it is the one with the same role, person, unit and start."""

    holding: RoleHolding
    effective: date


class RoleRedated(Event):
    """The end of a holding was taken back, or corrected after its day for a `reason` (ORG-04)."""

    holding: RoleHolding
    effective: date
    reason: str | None = None


class LimitSet(Event):
    """A limit is new, or has another amount."""

    limit: Limit
    effective: date


class LimitEnded(Event):
    limit: Limit
    effective: date


class LimitRedated(Event):
    """The end of a limit was taken back, or corrected after its day for a `reason` (ORG-04)."""

    limit: Limit
    effective: date
    reason: str | None = None


class CalendarSet(Event):
    """A calendar with every public holiday written out: the basis of due times is in the log (KRN-30)."""

    calendar: Calendar
    effective: date


class BudgetLineSet(Event):
    line: BudgetLine
    effective: date


class SkillSet(Event):
    """A skill of the register is new, has another name, or ends (JOB-03)."""

    skill: Skill
    effective: date


class SpecialitySet(Event):
    """A speciality is new, or asks for other details (JOB-01)."""

    speciality: Speciality
    effective: date


class JobDescriptionSet(Event):
    """A version of a job description is in force. It takes the place of the one before, and its positions (JOB-02)."""

    job: JobVersion
    effective: date


class JobDescriptionReviewed(Event):
    """Somebody looked at a version and it is still right; the next look is due on `review_by` (JOB-05)."""

    description: str
    version: int
    review_by: date
    effective: date


class JobDescriptionRetired(Event):
    """No version of this description is in force any more."""

    description: str
    version: int
    effective: date


class CourseSet(Event):
    """A course of the catalogue is new, or has other sessions, runs or a price (TRN-06)."""

    course: Course
    effective: date


class CertificateRuleSet(Event):
    """A version of the rule of a certificate; `effective` is the day from which it counts (TRN-09)."""

    rule: CertificateRule
    effective: date


class SkillHeld(Event):
    """A person has a level in a skill: claimed, endorsed or assessed (TRN-01)."""

    held: HeldSkill
    effective: date


class CertificateHeld(Event):
    """A person was given a certificate, under the rule of that day (TRN-09)."""

    held: HeldCertificate
    effective: date


class CertificateWaived(Event):
    """The newest certificate of this kind counts until `until` although it has ended (TRN-04)."""

    person: str
    certificate: str
    until: date
    by: str
    effective: date


class HrMapSet(Event):
    """From now on HR's list of people is read so (ORG-09)."""

    map: HrMap
    effective: date


class UnitFrozen(Event):
    """From now on no case of a process goes on in a unit and those below it (KRN-45)."""

    freeze: Freeze


class UnitReleased(Event):
    """The freeze of this unit and process is over."""

    unit: str
    process: str
    reason: str
    by: str
    at: datetime


KINDS: tuple[type[Event], ...] = (
    UnitSet,
    PositionSet,
    PersonJoined,
    PersonStartChanged,
    PersonReturned,
    PersonMoved,
    MoveTakenBack,
    PersonSettingsChanged,
    FunctionalLineSet,
    PersonLeft,
    LeavingTakenBack,
    SeatSet,
    RoleGranted,
    RoleEnded,
    RoleRedated,
    LimitSet,
    LimitEnded,
    LimitRedated,
    CalendarSet,
    BudgetLineSet,
    SkillSet,
    SpecialitySet,
    JobDescriptionSet,
    JobDescriptionReviewed,
    JobDescriptionRetired,
    CourseSet,
    CertificateRuleSet,
    SkillHeld,
    CertificateHeld,
    CertificateWaived,
    HrMapSet,
    UnitFrozen,
    UnitReleased,
)
