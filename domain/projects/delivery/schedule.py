"""Dependencies between activities: circles, who must move, critical path, slip (DEL-10). Days are calendar days."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from graphlib import TopologicalSorter

import networkx as nx

from domain.kernel.errors import Refused
from domain.kernel.value import Value
from domain.projects.delivery.content import Activity, Work

Works = Mapping[str, Work]
_DAY = timedelta(days=1)


class Slip(Value):
    """How much later an activity ends than in the baseline; below zero is earlier. None: one of the two has no days."""

    id: str
    baseline: date | None
    current: date | None
    days: int | None


def refuse_unfit(activities: Iterable[Activity]) -> None:
    """Raises Refused `twice`, `ends-before-start`, `half-dated`, `unknown-activity`, `circle` (which it shows)."""
    known: dict[str, Activity] = {}
    for one in activities:
        if one.id in known:
            raise Refused("twice", "Two activities have the id {id}; give each its own.", id=one.id)
        if (one.starts is None) != (one.ends is None):
            template = "Activity {id} has one day only; give both its first and its last day, or neither."
            raise Refused("half-dated", template, id=one.id)
        if one.starts and one.ends and one.ends < one.starts:
            template = "Activity {id} ends on {ends}, before it starts on {starts}; correct its days."
            raise Refused(
                "ends-before-start", template, id=one.id, ends=one.ends.isoformat(), starts=one.starts.isoformat()
            )
        known[one.id] = one
    if lost := sorted({before for one in known.values() for before in one.after} - known.keys()):
        template = "There is no activity {id} to wait for; name one of the plan."
        raise Refused("unknown-activity", template, id=lost[0])
    if circle := circle_of(known.values()):
        template = "These activities wait for each other in a circle: {circle}; take one dependency out."
        raise Refused("circle", template, circle=" → ".join((*circle, circle[0])))


def graph_of(activities: Iterable[Activity]) -> "nx.DiGraph[str]":
    """From each activity to those that wait for it."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    for one in activities:
        graph.add_node(one.id)
        graph.add_edges_from((before, one.id) for before in one.after)
    return graph


def order_of(activities: Iterable[Activity]) -> Iterable[str]:
    """Predecessors before followers; ids that are waited for and not given come too."""
    return TopologicalSorter({one.id: one.after for one in activities}).static_order()


def circle_of(activities: Iterable[Activity]) -> tuple[str, ...]:
    """The activities of one circle in order; empty if there is none."""
    try:
        return tuple(edge[0] for edge in nx.find_cycle(graph_of(activities)))
    except nx.NetworkXNoCycle:
        return ()


def followers(works: Works, id_: str) -> tuple[str, ...]:
    """Who waits for it directly and is not over."""
    return tuple(other.activity.id for other in works.values() if id_ in other.activity.after and other.is_open)


def pushed(works: Works) -> dict[str, Activity]:
    """Who must move later, each by so much that no dependency is broken; never earlier by itself (DEL-10).

    A predecessor without days is no permission: the follower keeps its days.
    """
    moved: dict[str, Activity] = {}
    active = {id_: work for id_, work in works.items() if not work.cancelled}
    for id_ in order_of(work.activity for work in active.values()):
        if id_ not in active:
            continue
        one, work = active[id_].activity, active[id_]
        before = [moved.get(each, active[each].activity) for each in one.after if each in active]
        earliest = max((_free_after(each, one) for each in before if each.ends), default=None)
        if work.is_open and not work.began and one.starts and one.ends and earliest and one.starts < earliest:
            later = earliest - one.starts
            moved[id_] = one.model_copy(update={"starts": one.starts + later, "ends": one.ends + later})
    return moved


def waits_for(works: Works, id_: str) -> tuple[str, ...]:
    """The predecessors that are not over: what a follower shows that it waits for."""
    return tuple(before for before in works[id_].activity.after if before in works and works[before].is_open)


def critical_path(activities: Iterable[Activity]) -> tuple[str, ...]:
    """The longest chain of dependent activities by their lengths, first to last. Without days the length is zero."""
    known = {one.id: one for one in activities}
    finish: dict[str, int] = {}
    came_from: dict[str, str | None] = {}
    for id_ in order_of(known.values()):
        if id_ not in known:
            continue
        before = max((each for each in known[id_].after if each in finish), key=lambda each: finish[each], default=None)
        finish[id_] = length(known[id_]) + (finish[before] if before else 0)
        came_from[id_] = before
    last = max(finish, key=lambda id_: finish[id_], default=None)
    path: list[str] = []
    while last is not None:
        path.append(last)
        last = came_from[last]
    return tuple(reversed(path))


def length(one: Activity) -> int:
    """In calendar days, both ends counted; a milestone has none."""
    if one.milestone or one.starts is None or one.ends is None:
        return 0
    return (one.ends - one.starts).days + 1


def finish_of(works: Works, today: date) -> date | None:
    """When the last activity ends as things stand: nothing that is open ends before today."""
    ends = [_end(work, today) for work in works.values() if not work.cancelled]
    return max((end for end in ends if end), default=None)


def slips(works: Works, baseline: Iterable[Activity], today: date) -> tuple[Slip, ...]:
    """Each activity of the baseline against how it stands."""
    found = []
    for one in baseline:
        work = works.get(one.id)
        now = _end(work, today) if work and not work.cancelled else None
        days = (now - one.ends).days if now and one.ends else None
        found.append(Slip(id=one.id, baseline=one.ends, current=now, days=days))
    return tuple(found)


def _end(work: Work, today: date) -> date | None:
    if work.ended:
        return work.ended
    ends = work.activity.ends
    return max(ends, today) if ends else None


def _free_after(before: Activity, one: Activity) -> date:
    assert before.ends is not None
    return before.ends if before.milestone or one.milestone else before.ends + _DAY
