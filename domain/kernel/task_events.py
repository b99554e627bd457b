"""What can happen to a task between its offer and its end: who has it, and when its clock stands."""

from domain.kernel.events import Event


class AssigneesChanged(Event):
    """People who recused themself were replaced, or too few were left who may decide (KRN-11, KRN-13)."""

    task: str
    removed: tuple[str, ...]
    added: tuple[str, ...]
    reason: str


TASK_EVENTS: tuple[type[Event], ...] = (AssigneesChanged,)
