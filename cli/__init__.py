"""The `signoff` command: readable for people, exact for machines (`--json`), one place where errors become words."""

from cli.main import main

__all__ = ["main"]
