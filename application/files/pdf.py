"""Documents as PDF, set by Typst. All words come in as data: what people wrote is text there, never markup."""

import json
from collections.abc import Mapping
from typing import Any

import typst


def pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """The document of a template, which reads `data` with `json(bytes(sys.inputs.data))`."""
    made = typst.compile(template.encode(), format="pdf", sys_inputs={"data": json.dumps(data, ensure_ascii=False)})
    assert isinstance(made, bytes)
    return made
