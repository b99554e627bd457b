"""A stack in a process of its own, as a person starts it, for tests that kill it."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
NOTHING_ELSE = ("--no-worker", "--no-web")
FREE_PORTS = ("--temporal-port", "0", "--ui-port", "0", "--web-port", "0")


def command(home: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "embedded", "--home", str(home), *NOTHING_ELSE, *(options or FREE_PORTS)]


def refused(home: Path, *options: str) -> tuple[int, str]:
    """Starts a stack that must not start; exit code and stderr."""
    ended = subprocess.run(command(home, *options), capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)
    assert ended.stdout == ""
    return ended.returncode, ended.stderr


@dataclass
class Running:
    process: subprocess.Popen[str]
    home: Path
    ready: dict[str, str]

    @classmethod
    def start(cls, home: Path) -> "Running":
        log = home.with_name(home.name + ".stderr")
        with log.open("a") as stderr:
            process = subprocess.Popen(command(home), stdout=subprocess.PIPE, stderr=stderr, text=True, cwd=ROOT)
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, log.read_text()
        return cls(process, home, json.loads(line))

    @property
    def said(self) -> str:
        return self.home.with_name(self.home.name + ".stderr").read_text()

    def end(self, sig: signal.Signals) -> int:
        self.process.send_signal(sig)
        return self.process.wait(20)

    def children(self) -> dict[str, psutil.Process]:
        records = json.loads((self.home / "processes.json").read_text())
        return {name: psutil.Process(record["pid"]) for name, record in records.items()}

    def clean_up(self) -> None:
        if self.process.poll() is None:
            self.end(signal.SIGTERM)


def alive(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def environment_without_stack() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith(("SIGNOFF_", "TEMPORAL_"))}
