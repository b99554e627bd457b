"""What a child process does to itself between fork and exec: die with its parent, and stop being root where it must.

Only system calls happen here, prepared before the fork: after a fork, Python must not import or take locks.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

_PR_SET_PDEATHSIG = 1
_PR_SET_KEEPCAPS = 8
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAP_DAC_OVERRIDE = 1
_CAP_VERSION_3 = 0x20080522

_LIBC = ctypes.CDLL(None, use_errno=True)
_LINUX = sys.platform == "linux"


class Account(NamedTuple):
    """The system user that a child runs as; `reach_all` lets it pass folders that are closed to that user."""

    uid: int
    gid: int
    reach_all: bool = False


class _CapHeader(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _CapData(ctypes.Structure):
    _fields_ = [("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32)]


def leash(sig: signal.Signals, account: Account | None = None) -> Callable[[], None]:
    """A `preexec_fn`: the child receives `sig` when its parent ends, however it ends (Linux), and runs as `account`.

    Linux counts the thread that started the child as its parent: call from one that lives as long as the stack.
    """
    parent = os.getpid()

    def prepare() -> None:
        os.umask(0o077)  # what a child writes is for its own account alone
        os.setpgid(0, 0)  # Ctrl-C in the terminal reaches only the parent, which stops its children in order
        if account is not None:
            _become(account)
        if _LINUX:
            # After the change of user: changing it clears this setting.
            _LIBC.prctl(_PR_SET_PDEATHSIG, int(sig), 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    return prepare


def _become(account: Account) -> None:
    keep = account.reach_all and _LINUX
    if keep:
        _LIBC.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(account.gid)
    os.setuid(account.uid)
    if keep:
        header = _CapHeader(_CAP_VERSION_3, 0)
        one = 1 << _CAP_DAC_OVERRIDE
        data = (_CapData * 2)(_CapData(one, one, one), _CapData(0, 0, 0))
        _LIBC.capset(ctypes.byref(header), ctypes.byref(data))
        _LIBC.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0)


def open_to_all(path: Path) -> bool:
    """Whether every folder on the way to `path` lets every user pass."""
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents) if folder.is_dir())
