"""Names of streams: which belong to records, and what a case may be called."""

import re

from domain.kernel import register
from domain.kernel.errors import Refused
from domain.kernel.showing import reads
from domain.organisation import delegations, mailing, persons, policies, record

RECORDS = frozenset({record.STREAM, policies.STREAM, delegations.STREAM, register.STREAM})
PREFIXES = (persons.stream_of(""), mailing.PREFIX, reads.PREFIX)
_CASE = re.compile(r"[A-Za-z0-9_-]{3,80}")


def is_record(stream: str) -> bool:
    """Whether a stream belongs to a record: a case's events among a record's would make the record unreadable."""
    return stream in RECORDS or stream.startswith(PREFIXES)


def refuse_bad_id(case: str) -> None:
    """Raises Refused `bad-id` for what is no id for a case, from whatever door it came."""
    if not _CASE.fullmatch(case):
        raise Refused("bad-id", "A case id has 3 to 80 letters, digits, - or _; {case} does not.", case=case[:100])
    if is_record(case):
        raise Refused("bad-id", "{case} is no id for a case: records have this name; choose another.", case=case)
