"""That a person read a case: an event of its own, in a stream beside that of the case (DIS-09)."""

from datetime import datetime

from domain.kernel.events import Event, Registry
from domain.kernel.values.message import N_

PREFIX = "reads-"
"""Of the streams of reads: one for each case whose process has its reads recorded."""


class CaseRead(Event):
    """`reader` saw the case as it was at `version`."""

    sentence = N_("{reader} read it at version {version}")
    reader: str
    version: int
    at: datetime


REGISTRY = Registry((CaseRead,))


def stream_of(case: str) -> str:
    return f"{PREFIX}{case}"
