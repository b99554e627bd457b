"""Which TCP ports are free, and whether someone answers on one."""

import asyncio
import contextlib
import secrets
import socket

from domain.kernel.errors import Refused

HOST = "127.0.0.1"


_FREE = range(15_000, 30_000)
"""Where a free port is looked for: below the ports that the system gives to outgoing connections, any of which could
take the chosen one before its program listens."""


def choose(port: int, *, purpose: str, option: str) -> int:
    """`port` if it is free, any free one for 0.

    Raises `Refused("port-taken")` where another program listens; Temporal would otherwise say so only in its log.
    """
    if port == 0:
        return next(free for free in iter(lambda: secrets.choice(_FREE), None) if _taken(free) is None)
    if reason := _taken(port):
        raise Refused(
            "port-taken",
            "Port {port} for {purpose} cannot be used: {reason}. Choose another with {option} (0: any free one).",
            port=port,
            purpose=purpose,
            option=option,
            reason=reason,
        )
    return port


def _taken(port: int) -> str | None:
    """Why a program could not listen on this port now, or None."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # A restart within a minute finds its own old connections in TIME_WAIT; those do not make a port taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            return error.strerror
    return None


async def answers(port: int) -> bool:
    """Whether something accepts connections on this port of this machine."""
    with contextlib.suppress(OSError):
        _, writer = await asyncio.open_connection(HOST, port)
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        return True
    return False
