"""Random policies, contents and people for the histories of a case."""

from hypothesis import strategies as st

from domain.kernel.policy import Approver, Authority, Condition, Ladder, Rung, Step
from domain.organisation.model import RoleHolding
from tests.domain.kernel.purchase import company, thb

PEOPLE = sorted(company().people)
FIELDS = ("thing", "count", "amount")

people = st.sampled_from(PEOPLE)
requesters = st.sampled_from(["e4", "e5", "e9", "e4", "e5", "e9", "e7", "e3", "e2", "e1"])
approvers = st.one_of(
    st.builds(Approver, person=people),
    st.builds(Approver, role=st.sampled_from(["head", "hr-partner", "controller"])),
    st.builds(Approver, manager_of=st.just("requester"), levels=st.integers(1, 3)),
    st.just(Approver(group="board")),
    st.just(Approver(group="council")),
    st.just(Approver(group="council")),
    st.just(Approver(owner_of="budget_line")),
)
quorums = st.sampled_from(["any", "any", "all", 1, 2])
vetoes = st.sampled_from([None, None, None, Approver(role="controller"), Approver(person="e8")])
POWERS = [("council", who) for who in ("e2", "e3", "e6", "e9")] + [("override", "e8"), ("override-review", "e20")]
OFFICE = company(roles=(*company().roles, *(RoleHolding(role=role, person=who) for role, who in POWERS)))
conditions = st.sampled_from(
    [(), (), (), (Condition(field="amount", over="100000 THB"),), (Condition(field="count", over=2),)]
)


@st.composite
def routes(draw: st.DrawFn) -> list[Step]:
    """One to four steps; the first is always on and answers for everything, so that most content can be submitted."""
    steps = []
    for number in range(draw(st.integers(1, 4))):
        narrow = draw(st.sets(st.sampled_from(FIELDS), max_size=2)) if number else set()
        authority = draw(st.sampled_from([None, None, Authority(category="buy")]))
        when = draw(conditions) if number else ()
        who = draw(approvers)
        steps.append(
            Step(
                name=f"s{number}",
                title="T",
                who=who,
                when=when,
                authority=authority,
                material=tuple(sorted(narrow)),
                quorum=draw(quorums),
                veto=draw(vetoes),
                beside=draw(st.sampled_from([None, None, "x"])),
            )
        )
    return _neighbours(steps)


def _neighbours(steps: list[Step]) -> list[Step]:
    """Steps side by side stand together, as the check of a policy wants it."""
    return [
        step.model_copy(update={"beside": None}) if step.beside and steps[number - 1].beside is None and number > 1
        else step
        for number, step in enumerate(steps)
    ]  # fmt: skip


ladders = st.lists(
    st.one_of(
        st.builds(Rung, at_percent=st.integers(1, 100), do=st.sampled_from(["remind", "escalate"])),
        st.builds(Rung, after_days=st.integers(0, 4), do=st.sampled_from(["remind", "escalate", "expire", "deny"])),
    ),
    max_size=4,
).map(lambda rungs: Ladder(rungs=tuple(rungs)))
picks = st.integers(0, 9)
fallbacks = st.none() | st.builds(Approver, person=people)
contents = st.fixed_dictionaries(
    {
        "thing": st.sampled_from(["desk", "chair"]),
        "count": st.integers(1, 4),
        "note": st.sampled_from(["a", "b"]),
        "amount": st.sampled_from([thb(10_000), thb(200_000), thb(2_000_000)]),
        "excluded": st.sampled_from([(), (), (), (), ("e3",), ("e5", "e9"), ("e6",)]),
    }
)
