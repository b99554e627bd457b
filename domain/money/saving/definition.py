"""The process `saving`: from a promise to money that is no longer spent, or to the word that it lapsed."""

from typing import Any

from domain.kernel.cases.case_events import ReviewApproved, ReviewEnded, ReviewOpened, ReviewRejected, ReviewReturned
from domain.kernel.commands import Withdraw
from domain.kernel.definition import CommandSpec, Definition, Guard, Reaction, RoleSpec, process_of
from domain.kernel.document import IN_WORK, document, is_approved, opening
from domain.kernel.policy import Confidentiality
from domain.kernel.process import Process
from domain.kernel.routing.case_roles import CaseRole
from domain.kernel.showing.confidential import AMOUNT, INVOLVED_WORDS
from domain.kernel.showing.task_sight import WHOLE
from domain.kernel.values.message import N_
from domain.money.saving import rules
from domain.money.saving.content import PARAMETERS, ProposeSaving
from domain.money.saving.lookups import claims, effects, needs
from domain.money.saving.report import SAVING_REPORT
from domain.money.saving.rules import DOCUMENT, SUSTAIN, benefit_owner, finance
from domain.money.saving.state import EVENTS, SavingAmended, SavingRole, SavingState, Stage, evolve


def stage(state: SavingState) -> Stage | None:
    if not is_approved(state.case):
        return None
    if state.validated is not None:
        return Stage.BOOKED
    if state.achieved is not None:
        return Stage.VALIDATING
    return Stage.DELIVERING if state.started else Stage.AGREED


_DOUBTS: tuple[Reaction[SavingState, Any], ...] = tuple(
    Reaction(kind, rules.on_doubted) for kind in (ReviewRejected, ReviewReturned, ReviewEnded)
)
SAVING: Process[SavingState] = process_of(
    Definition(
        name="saving",
        state=SavingState,
        stages=Stage,
        includes=(document(DOCUMENT),),
        roles=(
            RoleSpec(part=SavingRole.FINANCE, holders=finance),
            RoleSpec(part=SavingRole.BENEFIT_OWNER, holders=benefit_owner),
            RoleSpec(
                part=SavingRole.LEAD,
                people=lambda state: (state.document.content.lead,) if state.document.content else (),
            ),
        ),
        commands=(
            opening(
                DOCUMENT, "propose-saving", ProposeSaving, label=N_("propose a saving"),
                help=N_("Proposes to save or to earn money against a baseline. Finance agrees before work starts."),
            ),
            CommandSpec(
                name="start-saving", payload=rules.StartSaving, by=(CaseRole.ASSIGNEE,), rule=rules.start_saving,
                when=frozenset({Stage.AGREED}), to=frozenset({Stage.DELIVERING}), label=N_("begin"),
                help=N_("Begins with the work. The baseline is what finance agreed on, and stays."),
            ),
            CommandSpec(
                name="claim-saving", payload=rules.ClaimSaving, by=(CaseRole.ASSIGNEE,), rule=rules.claim_saving,
                when=frozenset({Stage.DELIVERING}), to=frozenset({Stage.VALIDATING}), label=N_("claim"),
                help=N_("Says what was achieved. Finance validates it, and takes a hard saving off its line."),
            ),
            CommandSpec(
                name="note-leakage", payload=rules.NoteLeakage, by=(SavingRole.FINANCE, SavingRole.BENEFIT_OWNER),
                rule=rules.note_leakage, when=frozenset({Stage.BOOKED}), label=N_("note leakage"),
                help=N_("Notes that saved money was spent again elsewhere. It is shown beside the saving."),
            ),
            CommandSpec(
                name="conclude-saving", payload=rules.ConcludeSaving, by=(CaseRole.ASSIGNEE,),
                rule=rules.conclude_saving, when=frozenset({Stage.BOOKED}),
                to=frozenset({Stage.SUSTAINED, Stage.LAPSED}), label=N_("say whether it lasted"),
                help=N_("Says whether the saving lasted a year. It ends the case."),
            ),
            CommandSpec(
                name="abandon-saving", payload=rules.AbandonSaving, rule=rules.abandon_saving,
                by=(CaseRole.REQUESTER, SavingRole.LEAD), when=frozenset({Stage.AGREED, Stage.DELIVERING}),
                to=frozenset({"cancelled"}), label=N_("abandon"),
                help=N_("Ends the initiative before anything is booked; others can claim the money then."),
            ),
        ),
        events=EVENTS,
        evolve=evolve,
        stage=stage,
        outcome=lambda state: state.ended,
        ways=(
            (Stage.VALIDATING, Stage.BOOKED, "last approval"),
            (Stage.VALIDATING, Stage.DELIVERING, "decide: reject, return"),
        ),
        on=(
            Reaction(ReviewOpened, rules.on_submitted),
            Reaction(SavingAmended, rules.on_submitted),
            Reaction(ReviewApproved, rules.on_agreed),
            Reaction(ReviewApproved, rules.on_validated),
            *_DOUBTS,
        ),
        guards=(Guard(Withdraw, rules.refuse_withdrawal),),
        deadlines={SUSTAIN: rules.ask_conclusion},
        withdraws_from=IN_WORK,
        needs=needs,
        claims=claims,
        effects=effects,
        parameters=PARAMETERS,
        reports=(SAVING_REPORT,),
        tasks=dict.fromkeys(("start", "claim", SUSTAIN), WHOLE),
        fields={
            "amount": ("amount", "net", "cost", "cost_to_achieve", "baseline", AMOUNT),
            "achieved": ("achieved", "leaks", "leak", "leaked", "transfers"),
        },
        default=Confidentiality(seen_by=(*INVOLVED_WORDS, "finance", "benefit-owner", "lead"), others="exists"),
    )
)  # fmt: skip
