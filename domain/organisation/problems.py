"""What is wrong with a file, gathered, so that one import names all of it and not only the first."""

from collections.abc import Sequence
from typing import Literal

from domain.kernel.errors import Refused


def refusal(problems: Sequence[str], code: Literal["bad-file", "bad-policy"] = "bad-file") -> Refused:
    """One refusal for all `problems` (each `file:line: what`): the first in the sentence, every one in the facts."""
    facts = {"first": problems[0], "more": len(problems) - 1, "problems": list(problems)}
    template = "{first}" if len(problems) == 1 else "{first} (and {more} more)"
    return Refused(code, template, **facts)
