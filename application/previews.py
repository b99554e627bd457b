"""How often a person may ask who would decide: as often as one needs, not as often as finds a hidden limit (KRN-41).

Counted in memory, so each web server counts for itself; what is asked again unchanged, or was refused, is free.
"""

import hashlib
import json
import math
import time
from collections.abc import Callable, Mapping
from typing import Any

from domain.kernel.errors import Refused

HOUR, DAY = 3600.0, 86_400.0
MOST = ((8, HOUR), (15, DAY))
"""So many different previews within so many seconds. A search that halves needs about twenty."""


class Previews:
    """The different previews of each person within the last day."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: dict[str, dict[str, float]] = {}

    def refuse_many(self, person: str, what: str) -> None:
        """Raises Refused `too-many` if `what` would be one more than `MOST`."""
        now, seen = self._clock(), self._of(person)
        if what in seen:
            return
        waits = (self._wait(sorted(seen.values()), most, span, now) for most, span in MOST)
        if wait := max(waits):
            raise Refused(
                "too-many",
                "You asked often who would decide; ask again in {minutes} minutes, or send it: it can be returned.",
                minutes=math.ceil(wait / 60),
                seconds=math.ceil(wait),
            )

    def count(self, person: str, what: str) -> None:
        """One more was shown."""
        self._of(person).setdefault(what, self._clock())

    def _of(self, person: str) -> dict[str, float]:
        """Those within the day; who asks the first time today ends the days of others."""
        if person not in self._seen:
            kept = {other: self._lately(seen) for other, seen in self._seen.items()}
            self._seen = {other: seen for other, seen in kept.items() if seen}
        self._seen[person] = self._lately(self._seen.get(person, {}))
        return self._seen[person]

    def _lately(self, seen: Mapping[str, float]) -> dict[str, float]:
        return {what: at for what, at in seen.items() if at > self._clock() - DAY}

    def _wait(self, times: list[float], most: int, span: float, now: float) -> float:
        lately = [at for at in times if at > now - span]
        return lately[-most] + span - now if len(lately) >= most else 0.0


def digest(process: str, command: str, payload: Mapping[str, Any]) -> str:
    """What tells two previews apart."""
    text = json.dumps([process, command, payload], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
