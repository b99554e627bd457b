"""The process `review_cycle`: one case with a review for everybody in its population (REV-01, REV-10)."""

from collections.abc import Sequence

from domain.kernel.commands import Withdraw
from domain.kernel.cycle import GateClosed, UnitPassed, cycle
from domain.kernel.definition import CommandSpec, Definition, Guard, Reaction, RoleSpec, process_of
from domain.kernel.facts import Facts
from domain.kernel.policy import Confidentiality
from domain.kernel.process import Process
from domain.kernel.routing.case_roles import CaseRole, word
from domain.kernel.routing.eligibility import today_of
from domain.kernel.showing.task_sight import WHOLE
from domain.kernel.values.message import N_
from domain.people.review import cycle_commands as c
from domain.people.review import cycle_rules as rules
from domain.people.review.cycle_state import CHILDREN, EVENTS, CycleRole, CycleStage, CycleState, evolve, stage
from domain.people.review.report import REPORT

OPEN = frozenset(set(CycleStage) - {CycleStage.CLOSED, CycleStage.CALLED_OFF})
BEGUN = frozenset({CycleStage.RUNNING, CycleStage.CALIBRATION, CycleStage.RELEASED})
BY_HR = (CaseRole.REQUESTER, CycleRole.HR)


def _partners(state: CycleState, facts: Facts) -> Sequence[str]:
    if state.case.requester is None:
        return ()
    role = rules.PARAMETERS.text(facts, "role_hr")
    return facts.organisation.holders(role, state.scope, today_of(facts, state.case.requester))


REVIEW_CYCLE: Process[CycleState] = process_of(
    Definition(
        name="review_cycle",
        state=CycleState,
        stages=CycleStage,
        includes=(cycle(CHILDREN),),
        commands=(
            CommandSpec(
                name="design-cycle",
                payload=c.DesignCycle,
                by=(CaseRole.EMPLOYEE,),
                rule=rules.design,
                opens=True,
                to=frozenset({CycleStage.DESIGNED}),
                label=N_("design a cycle"),
                help=N_("Designs a review cycle for a unit and all below it. The form stays the same for everybody."),
            ),
            CommandSpec(
                name="announce-cycle",
                payload=c.AnnounceCycle,
                by=(CaseRole.ASSIGNEE,),
                rule=rules.announce,
                when=frozenset({CycleStage.DESIGNED}),
                to=frozenset({CycleStage.ANNOUNCED}),
                label=N_("announce"),
                help=N_("Tells every manager in the unit that the cycle begins."),
            ),
            CommandSpec(
                name="freeze-population",
                payload=c.FreezePopulation,
                by=(CaseRole.ASSIGNEE,),
                rule=rules.freeze,
                when=frozenset({CycleStage.ANNOUNCED}),
                to=frozenset({CycleStage.RUNNING}),
                label=N_("freeze the population"),
                help=N_("Fixes who takes part and begins every review. It cannot be taken back."),
            ),
            CommandSpec(
                name="calibrate-unit",
                payload=c.CalibrateUnit,
                by=(CaseRole.ASSIGNEE,),
                rule=rules.calibrate_unit,
                when=BEGUN,
                label=N_("finish calibration"),
                help=N_("The ratings of the unit stay as they are now, and go to the second level."),
            ),
            CommandSpec(
                name="list-joiners",
                payload=c.ListJoiners,
                by=BY_HR,
                rule=rules.list_joiners,
                when=BEGUN,
                label=N_("list later joiners"),
                help=N_("Lists who is in the unit by now and not in the population. Nobody is added by it."),
            ),
            CommandSpec(
                name="call-off-cycle",
                payload=c.CallOffCycle,
                by=BY_HR,
                rule=rules.call_off,
                when=OPEN,
                to=frozenset({CycleStage.CALLED_OFF}),
                label=N_("call off"),
                help=N_("Ends the cycle and every review that is not over. It cannot be taken back."),
            ),
        ),
        events=EVENTS,
        evolve=evolve,
        stage=stage,
        outcome=lambda state: CycleStage.CLOSED if "done" in state.cycle.closed else CycleStage.CALLED_OFF,
        ways=(
            (CycleStage.RUNNING, CycleStage.CALIBRATION, "every unit is rated"),
            (CycleStage.RUNNING, CycleStage.RELEASED, "every unit is signed"),
            (CycleStage.RUNNING, CycleStage.CLOSED, "every review is over"),
            (CycleStage.CALIBRATION, CycleStage.RELEASED, "every unit is signed"),
            (CycleStage.CALIBRATION, CycleStage.CLOSED, "every review is over"),
            (CycleStage.RELEASED, CycleStage.CLOSED, "every review is over"),
        ),
        roles=(RoleSpec(part=CycleRole.HR, holders=_partners),),
        on=(Reaction(UnitPassed, rules.on_unit_passed), Reaction(GateClosed, rules.on_gate_closed)),
        guards=(Guard(Withdraw, rules.refuse_withdrawal),),
        withdraws_from=frozenset(),
        effects=rules.effects,
        reports=(REPORT,),
        claims=rules.claims,
        parameters=rules.DEFAULTS,
        tasks={"announce": WHOLE, "freeze": WHOLE, "calibrate": WHOLE},
        fields={"population": ("planned", "children", "excluded", "joiners", "people")},
        default=Confidentiality(
            seen_by=(word(CaseRole.REQUESTER), word(CaseRole.ASKED), "role:hr-partner", "role:calibration-chair"),
            others="exists",
        ),
    )
)
