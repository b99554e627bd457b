"""What a rule answers when it says no."""

from collections.abc import Mapping
from typing import Any


class Refused(Exception):
    """A rule or an input says no; nothing was recorded.

    `code` is stable and for machines (`own-case`), `template` is an English sentence with named places that tells a
    person what to do (and is the gettext message id), `details` fill the places. They hold ids, never personal values.
    """

    def __init__(self, code: str, template: str, **details: Any) -> None:
        self.code = code
        self.template = template
        self.details: Mapping[str, Any] = details
        super().__init__(template.format(**details))

    @property
    def message(self) -> str:
        return str(self)
