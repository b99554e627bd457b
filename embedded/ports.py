"""Which TCP ports are free, and whether someone answers on one."""

import asyncio
import contextlib
import socket

from domain.kernel.errors import Refused

HOST = "127.0.0.1"


def choose(port: int, *, purpose: str, option: str) -> int:
    """`port` if it is free, any free one for 0.

    Raises `Refused("port-taken")` where another program listens; Temporal would otherwise say so only in its log.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # A restart within a minute finds its own old connections in TIME_WAIT; those do not make a port taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise Refused(
                "port-taken",
                "Port {port} for {purpose} cannot be used: {reason}. Choose another with {option} (0: any free one).",
                port=port,
                purpose=purpose,
                option=option,
                reason=error.strerror,
            ) from error
        chosen: int = probe.getsockname()[1]
        return chosen


async def answers(port: int) -> bool:
    """Whether something accepts connections on this port of this machine."""
    with contextlib.suppress(OSError):
        _, writer = await asyncio.open_connection(HOST, port)
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        return True
    return False
