"""What a running stack writes down in its home: the lock that says it runs, and the addresses that others need."""

import contextlib
import errno
import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import asyncpg

from domain.kernel.errors import Refused
from domain.kernel.value import Value

LOCK = "stack.lock"
STATE = "stack.json"
CAUGHT = "caught"
"""The folder of mails that went to the catcher instead of anybody."""
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_FILE_ERRORS = _FULL | {
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.ENOTDIR,
    errno.ENAMETOOLONG,
    errno.EINVAL,
    errno.EIO,
}


class Addresses(Value):
    """Where a stack can be reached; `web` and `mail` (the page of caught mails) are None without a web server.

    `metrics_web` and `metrics_worker` are what Prometheus reads; None without the program.

    The text of `signoff up`'s JSON line. Written down once Postgres and Temporal serve, before the worker and the web
    server do.
    """

    database_url: str
    keys_url: str
    temporal_address: str
    web: str | None
    ui: str
    mail: str | None = None
    metrics_web: str | None = None
    metrics_worker: str | None = None


def prepare_home(home: Path) -> Path:
    """Makes the home folder, for this account alone, and returns it as an absolute path.

    One that was made by an earlier version, or is empty, is closed too; a folder that holds other things is left as it
    is. Raises `Refused` if it cannot be used.
    """
    home = home.expanduser().absolute()
    try:
        for folder in (home, home / "logs"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if (home / LOCK).exists() or [each.name for each in home.iterdir()] == ["logs"]:
            home.chmod(0o700)
        probe = home / f".probe-{secrets.token_hex(4)}"
        probe.write_bytes(b"\0" * 4096)
        probe.unlink()
    except OSError as error:
        raise unusable(home, error) from error
    return home


def reason_in(error: BaseException, home: Path) -> Refused | None:
    """The refusal that an error of the file system amounts to; None for an error of another kind."""
    match error:
        case asyncpg.DiskFullError():
            return unusable(home, OSError(errno.ENOSPC, error.message))
        case OSError(errno=number) if number in _FILE_ERRORS:
            return unusable(home, error)
        case _:
            return None


def unusable(home: Path, error: OSError) -> Refused:
    if error.errno in _FULL:
        return Refused("disk-full", "The disk of {home} is full. Free some space and try again.", home=str(home))
    return Refused(
        "home-unusable",
        "The folder {home} cannot be written ({reason}). Choose another with --home or SIGNOFF_HOME.",
        home=str(home),
        reason=error.strerror,
    )


@contextlib.contextmanager
def locked(home: Path) -> Iterator[None]:
    """Holds the home for one stack. The system lets go of it whenever and however this process ends."""
    with (home / LOCK).open("a+") as lock:
        if not _taken(lock):
            lock.seek(0)
            raise Refused(
                "already-running",
                "A stack already runs in {home} (process {pid}). Stop it with Ctrl-C, or choose another with --home.",
                home=str(home),
                pid=lock.read().strip() or "unknown",
            )
        _say_who(lock)
        yield


def _taken(lock: IO[str]) -> bool:
    """Takes the lock. Tries again for a moment: `is_locked` in another process holds it for an instant to look."""
    for _ in range(5):
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(0.05)
    return False


def _say_who(lock: IO[str]) -> None:
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()


def is_locked(home: Path) -> bool:
    """Whether a stack runs in this home."""
    try:
        with (home / LOCK).open("r") as lock:
            return _held(lock)
    except OSError:
        return False


def _held(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(lock, fcntl.LOCK_UN)
    return False


def write(home: Path, addresses: Addresses) -> None:
    partial = home / (STATE + ".partial")
    partial.write_text(json.dumps({"pid": os.getpid(), **addresses.model_dump()}, indent=2) + "\n")
    partial.replace(home / STATE)


def erase(home: Path) -> None:
    (home / STATE).unlink(missing_ok=True)


def read(home: Path) -> Addresses | None:
    """The addresses of the stack that runs in `home`, or None; what a dead stack left behind does not count."""
    try:
        raw = json.loads((home / STATE).read_text())
        raw.pop("pid")
        addresses = Addresses.model_validate(raw)
    except (OSError, ValueError, KeyError, AttributeError):
        return None
    return addresses if is_locked(home) else None
