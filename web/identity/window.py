"""How often something happened lately: a moving window for each key, counted in memory and without waiting."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable


class Window:
    """The occasions of each key within the last `seconds`. What is older is forgotten, keys that are idle too.

    Each occasion costs the same however many keys there are: this runs before every answer.
    """

    def __init__(self, seconds: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._occasions: OrderedDict[str, deque[float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._occasions)

    def take(self, key: str, most: int) -> float:
        """Counts one more and returns 0; with `most` counted already counts nothing and returns what `wait` does."""
        wait = self.wait(key, most)
        if not wait:
            self._occasions.setdefault(key, deque()).append(self._clock())
            self._occasions.move_to_end(key)
        return wait

    def wait(self, key: str, most: int) -> float:
        """Seconds until fewer than `most` are counted; 0 if that is now. Counts nothing."""
        now = self._clock()
        self._forget(now - self._seconds)
        counted = self._occasions.get(key, deque())
        while counted and counted[0] <= now - self._seconds:
            counted.popleft()
        return counted[0] + self._seconds - now if len(counted) >= most else 0.0

    def _forget(self, before: float) -> None:
        """Keys stand in the order of their latest occasion."""
        while self._occasions:
            key, counted = next(iter(self._occasions.items()))
            if counted and counted[-1] > before:
                return
            del self._occasions[key]
