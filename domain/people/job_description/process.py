"""The process `job_description`: a version is written, approved and in use until the next (JOB-01 to JOB-05)."""

from collections.abc import Sequence

from pydantic import create_model

from domain.kernel.cases.case_events import CaseClosed, CaseResumed, ReviewApproved, ReviewOpened, ReviewResubmitted
from domain.kernel.commands import Hold
from domain.kernel.deciding.tasks import ANSWER
from domain.kernel.definition import CommandSpec, Definition, Guard, Reaction, process_of
from domain.kernel.document import DocumentSpec, KeepDraft, LookedUp, amendment_of, document, opening
from domain.kernel.document.life import Retire
from domain.kernel.effects import Claim, Effect, Notify, Release, TellCase
from domain.kernel.events import Event
from domain.kernel.policy import Confidentiality, Secret
from domain.kernel.process import Process
from domain.kernel.recording import Recorded, recording
from domain.kernel.routing.case_roles import CaseRole
from domain.kernel.showing.confidential import INVOLVED_WORDS
from domain.kernel.showing.task_sight import CONDITION, WHOLE
from domain.kernel.value import Value
from domain.kernel.values.message import N_, Message
from domain.organisation.jobs import Description
from domain.organisation.register import in_force
from domain.people.job_description import content as c
from domain.people.job_description import events as e
from domain.people.job_description import impact, lifecycle
from domain.people.job_description.content import Version
from domain.people.job_description.state import PARAMETERS, USE, JobDescriptionState, Stage, evolve, owner, stage

UNDER_WAY = "job-description"
"""The kind of claim of a version that is not in use yet: there is one at a time of each description."""
BEFORE = frozenset({Stage.DRAFT.value, Stage.IN_APPROVAL.value, Stage.RETURNED.value})
IN_USE = frozenset({Stage.IN_USE.value})

DOCUMENT: DocumentSpec[Version] = DocumentSpec(
    name="description", noun="description", content=Version, drafted=e.DescriptionBegun, amended=e.DescriptionAmended,
    title=c.title, check=c.check, content_of=c.version_from, beside=c.beside, subjects=c.holders,
    material=frozenset({"description", *Description.model_fields}), fixed=frozenset({"description"}),
    unseen=frozenset({"review_by"}), routes=frozenset({"review"}), route=lambda _content: "review", why=(),
    derived={
        "new_version": LookedUp("flag", lambda facts, new: in_force(facts.organisation, new.description) is not None),
        "grade_changed": LookedUp("flag", c.regraded),
    },
)  # fmt: skip


def revision_of(spec: DocumentSpec[Version]) -> type[Value]:
    """Any field of a version, each optional, and of which description."""
    return create_model("ReviseDescription", __base__=(KeepDraft, amendment_of(spec), c.Revised))


def effects(_before: JobDescriptionState, event: Event, after: JobDescriptionState) -> Sequence[Effect]:
    match event:
        case Recorded(about=about) if about == USE:
            words = {"version": str(after.number), **after.content.title.in_messages()}
            known = N_("The job description {title} is in use as version {version}.", **words)
            return [*_to((owner(after), *after.holders), known), *_superseding(after)]
        case e.BudgetImpactAssessed(covered=False):
            missing = N_("The budget does not cover the changed grade of {case}.", case=after.case.id)
            return _to((owner(after),), missing)
    return []


def _superseding(after: JobDescriptionState) -> list[Effect]:
    """Only once the register holds the new version: until then the old one counts."""
    if after.supersedes is None:
        return []
    told = {"case": after.case.id, "version": after.number}
    return [TellCase(case=after.supersedes, process=after.case.process, command="note-superseded", payload=told)]


def _to(people: tuple[str, ...], about: Message) -> list[Effect]:
    return [Notify(to=tuple(dict.fromkeys(people)), about=about)]


def claims(before: JobDescriptionState, event: Event) -> Sequence[Claim | Release]:
    match event:
        case e.DescriptionBegun(content=content):
            return [Claim(kind=UNDER_WAY, key=content.description, exclusive=True)]
        case Recorded() | CaseClosed() if not before.in_use:
            return [Release(kind=UNDER_WAY, key=before.content.description)]
    return []


def _is_owners(state: JobDescriptionState, person: str) -> bool:
    return state.rests and person == state.case.responsible


JOB_DESCRIPTION: Process[JobDescriptionState] = process_of(
    Definition(
        name="job_description",
        state=JobDescriptionState,
        stages=Stage,
        includes=(document(DOCUMENT), recording()),
        commands=(
            opening(
                DOCUMENT, "draft-description", c.DraftDescription, label=N_("write a job description"),
                help=N_("Writes the description of a job for the first time and asks those who have to approve it."),
            ),
            opening(
                DOCUMENT, "revise-description", revision_of(DOCUMENT), label=N_("revise a job description"),
                help=N_("Begins a new version of a description that is in force; what is left out stays as it is."),
            ),
            CommandSpec(
                name="assess-budget-impact", payload=impact.AssessBudgetImpact, by=(CaseRole.ASSIGNEE,),
                rule=impact.assess, label=N_("assess budget impact"),
                help=N_("Says what a changed grade costs and whether the budget line covers it. "
                        "The version is not in use before."),
            ),
            CommandSpec(
                name="confirm-description", payload=lifecycle.ConfirmDescription,
                by=(CaseRole.REQUESTER, CaseRole.ASKED), rule=lifecycle.confirm, when=IN_USE,
                label=N_("confirm description"), offered=_is_owners,
                help=N_("Says that a version in use is still right, and by when somebody looks again."),
            ),
            CommandSpec(
                name="retire-description", payload=Retire,
                by=(CaseRole.REQUESTER, CaseRole.ASKED), rule=lifecycle.retire, when=IN_USE,
                label=N_("retire description"), offered=_is_owners,
                help=N_("Ends a version in use for good. It is refused while people sit on the positions of it."),
            ),
            CommandSpec(
                name="note-superseded", payload=lifecycle.NoteSuperseded, by=(CaseRole.SYSTEM,),
                rule=lifecycle.note_superseded, to=frozenset({Stage.SUPERSEDED}), when=IN_USE,
                label=N_("superseded"), help=N_("The next version is in force."),
            ),
        ),
        events=e.OWN,
        folds=(Recorded,),
        evolve=evolve,
        stage=stage,
        outcome=lambda state: state.ended,
        ways=(
            (Stage.APPROVED, Stage.IN_USE, "the register holds it"),
            (Stage.IN_USE, Stage.SUPERSEDED, "its owner finds a newer one"),
            (Stage.IN_USE, Stage.RETIRED, "the register ended it"),
        ),
        on=(
            Reaction(ReviewOpened, impact.ask_what_it_costs),
            Reaction(ReviewResubmitted, impact.ask_what_it_costs),
            Reaction(e.DescriptionAmended, impact.ask_what_it_costs),
            Reaction(ReviewApproved, lifecycle.on_approved),
            Reaction(CaseResumed, lifecycle.on_resumed),
            Reaction(Recorded, lifecycle.on_recorded),
        ),
        guards=(Guard(Hold, lifecycle.refuse_hold),),
        deadlines={lifecycle.YEARLY: lifecycle.on_look_due},
        settle=lifecycle.settle,
        withdraws_from=BEFORE,
        holds_from=BEFORE | IN_USE,
        effects=effects,
        claims=claims,
        parameters=PARAMETERS,
        fields={name: (name,) for name in ("differences", "per_year", "covered")},
        tasks=dict.fromkeys((impact.KIND, lifecycle.YEARLY, ANSWER, CONDITION), WHOLE),
        default=Confidentiality(
            seen_by=INVOLVED_WORDS,
            others="exists",
            groups={
                "impact": Secret(
                    fields=("per_year", "covered"), seen_by=("requester", "asked", "decider", "role:finance-controller")
                )
            },
        ),
    )
)  # fmt: skip
"""What a grade costs is told to whoever decides on it; what is in use stands in the register for all to read."""
