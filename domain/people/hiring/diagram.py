"""The generated parts of the page on hiring: state diagrams and the table of commands.

`python -m domain.people.hiring.diagram docs/hiring.md` prints the page with these parts as the code has them.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from domain.kernel.commands import KERNEL_COMMANDS
from domain.people.hiring.commands import COMMANDS
from domain.people.hiring.roles import ALLOWED
from domain.people.hiring.stage import MEMBERS, OFFER_TRANSITIONS, TRANSITIONS, Group, Place, Stage

_ENDS = (Stage.FILLED, Stage.REJECTED, Stage.WITHDRAWN, Stage.EXPIRED, Stage.CANCELLED)
_COMPOSITE = (Group.APPROVAL, Group.OPEN)
_KERNEL = {
    "decide": "Approves, rejects or returns the step that a task asks for (KRN-01).",
    "claim": "Keeps a task of several people for oneself (KRN-23).",
    "release": "Gives a claimed task back to everybody who was asked (KRN-23).",
    "reassign": "Gives the place of somebody who was asked to another person (KRN-23).",
    "add-approver": "Adds somebody who must approve the step besides.",
    "ask-information": "Asks a question before deciding; the clock stands meanwhile (KRN-32).",
    "give-information": "Answers such a question.",
    "meet-condition": "Says how a condition of an approval was met (KRN-17).",
    "waive-condition": "Does without a condition that one set (KRN-17).",
    "override": "Approves an open step by privilege; a second person looks at it afterwards (KRN-44).",
    "review-override": "Says what the second person finds about an override (KRN-44).",
    "attach": "Adds a file by its hash (KRN-54).",
    "comment": "Says something about the case.",
    "withdraw": "Takes the requisition back, until it was approved (KRN-16).",
    "hold": "Stops the case and its clock (KRN-32).",
    "resume": "Lets the case and its clock go on (KRN-32).",
    "hand-over": "Makes somebody else answer for the case from now on (KRN-24).",
    "retry": "Looks again for people for a step that is stuck (KRN-13).",
    "deadline": "Sent by the timer: a due time or the validity of an offer has come.",
}
_PART = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def stage_diagram() -> str:
    """The stages of a hiring as a Mermaid state diagram."""
    return "\n".join(["```mermaid", "stateDiagram-v2", *_stage_lines(), "```", ""])


def offer_diagram() -> str:
    """The states of one offer as a Mermaid state diagram."""
    ways = [
        f"    {start.value if start else '[*]'} --> {end.value}: {_safe(why)}" for start, end, why in OFFER_TRANSITIONS
    ]
    going_on = {start for start, _, _ in OFFER_TRANSITIONS}
    ends = dict.fromkeys(end for _, end, _ in OFFER_TRANSITIONS if end not in going_on)
    return "\n".join(["```mermaid", "stateDiagram-v2", *ways, *(f"    {end.value} --> [*]" for end in ends), "```", ""])


def command_table() -> str:
    """Every command: its name, who may give it, what it does."""
    rows = [f"| `{name}` | {_who(name)} | {_what(name)} |" for name in COMMANDS]
    return "\n".join(["| command | who | what |", "|---|---|---|", *rows, ""])


def page(text: str) -> str:
    """`text` with its generated parts as the code has them now."""
    parts = {"stages": stage_diagram, "offers": offer_diagram, "commands": command_table}
    return _PART.sub(lambda found: found[1] + parts[found[2]]() + found[3], text)


def _stage_lines() -> Iterator[str]:
    """A way inside a composite state is drawn inside it; one to the active cases is drawn to both composites."""
    for group in _COMPOSITE:
        yield f"    state {group.value} {{"
        yield from (f"        {_way(*entry)}" for entry in TRANSITIONS if _inside(group, entry[0], entry[1]))
        yield "    }"
    for start, end, why in TRANSITIONS:
        if not any(_inside(group, start, end) for group in _COMPOSITE):
            yield from (f"    {_way(s, e, why)}" for s in _split(start) for e in _split(end))
    yield from (f"    {end.value} --> [*]" for end in _ENDS)


def _inside(group: Group, start: Place, end: Place) -> bool:
    return start in MEMBERS[group] and end in MEMBERS[group]


def _split(place: Place) -> tuple[Place, ...]:
    return _COMPOSITE if place is Group.ACTIVE else (place,)


def _way(start: Place, end: Place, why: str) -> str:
    return f"{'[*]' if start is Stage.NEW else start.value} --> {end.value}: {_safe(why)}"


def _safe(label: str) -> str:
    """Mermaid reads a semicolon as the end of a line and a second colon as a new label."""
    return label.replace(":", "").replace(";", ",")


def _who(name: str) -> str:
    return ", ".join(ALLOWED[name])


def _what(name: str) -> str:
    if name in KERNEL_COMMANDS:
        return _KERNEL[name]
    return " ".join((COMMANDS[name].__doc__ or "").split())


if __name__ == "__main__":
    sys.stdout.write(page(Path(sys.argv[1]).read_text(encoding="utf-8")))
