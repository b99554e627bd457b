"""What an operator reads in the Temporal UI about a case: stage, who is waited on, and until when.

Ids, and no names; nothing that a policy could hide from them (KRN-43): no title, which may name an amount, and no words
that people wrote. Whoever may see those finds them under the case's id.
"""

from typing import Any

from domain.kernel.process import Process


def current_details(process: Process[Any], state: Any) -> str:
    """Markdown for the workflow's current details."""
    case = process.case(state)
    lines = [f"**{process.workflow}** · stage `{process.stage(state)}`" + (" · **on hold**" if case.hold else "")]
    if case.hold:
        lines.append(f"On hold since {case.hold.since:%Y-%m-%d %H:%M} UTC by {case.hold.by}")
    lines += [f"- **stuck**: {what}" for what in case.stuck]
    lines += [
        f"- {task.title} — {', '.join(task.assignees + task.escalated_to)} · due "
        f"{task.timing.due_at:%Y-%m-%d %H:%M} UTC" + (" · **overdue**" if task.overdue else "")
        for task in case.tasks.values()
    ]
    lines += [f"- {d.kind} `{d.key}` at {d.at:%Y-%m-%d %H:%M} UTC" for d in case.deadlines if d.kind != "task"]
    return "\n".join(lines)
