"""Text for people, kept in events as a message id and its arguments, so that each reader gets their own language."""

from domain.kernel.value import Value


class Message(Value):
    """`id` is the English sentence with named places (the gettext id), `args` fill them. No personal values."""

    id: str
    args: dict[str, str] = {}

    def __str__(self) -> str:
        return self.id.format(**self.args)


def N_(text: str, /, **args: str) -> Message:  # noqa: N802 - gettext's own name for "mark for translation"
    """Marks `text` for the catalogue and returns it as a message."""
    return Message(id=text, args=args)
