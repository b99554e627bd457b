"""The command group, and the one place where an error becomes a sentence and an exit code."""

import io
import os
import sys
import traceback
from contextlib import suppress
from difflib import get_close_matches
from importlib import import_module

import click

from cli.context import Context, everywhere, print_json
from domain.kernel.errors import Refused
from runtime.exit import leave
from runtime.translations import said

REFUSED, FAILED = 2, 1

MODULES = {
    "cli.stack": ("up", "migrate", "worker", "web", "link", "token", "demo"),
    "cli.organisation": ("org", "policy"),
    "cli.plans": ("project-plan",),
    "cli.cases": ("start", "preview", "decide", "do", "commands"),
    "cli.bulk": ("decide-many",),
    "cli.queries": ("inbox", "notifications", "cases", "show", "timeline"),
    "cli.exceptions": ("exceptions",),
    "cli.reports": ("report",),
    "cli.log": ("verify", "checkpoint", "recover", "rebuild", "erase", "rotate-master-key"),
    "cli.delegation": ("delegate", "out-of-office", "delegation", "delegations", "freeze-unit", "unfreeze-unit"),
    "cli.proving": ("proof", "attach", "attachment"),
    "cli.mail": ("mail",),
    "cli.calendar": ("calendar",),
    "cli.ledger": ("balance", "ledger"),
    "cli.actuals": ("actuals",),
    "cli.mining": ("analyse", "export", "search"),
}
"""Which module holds which commands. It is imported when one of them is asked for: none pays for the others."""

SURROUNDINGS = frozenset(
    {
        "no-stack", "database-outdated", "database-newer", "database-missing", "database-login", "database-encoding",
        "migration-changed", "views-newer", "rebuild-running", "bad-key", "key-file", "disk-full",
        "chain-broken", "not-recorded", "keys-in-use",
    }
)  # fmt: skip
"""Refusals that neither the input nor a rule is to blame for: they end with 1."""


class Commands(click.Group):
    """Finds a command in its module."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = get_close_matches(args[0], self.list_commands(ctx), n=1)
            raise click.UsageError(
                f"{error.message} {f'Did you mean {near[0]}?' if near else 'See signoff --help.'}", ctx
            ) from None

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return sorted(name for names in MODULES.values() for name in names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        for module, names in MODULES.items():
            if cmd_name in names:
                found: dict[str, click.Command] = {each.name: each for each in import_module(module).COMMANDS}
                return found[cmd_name]
        return None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="signoff")
@everywhere
def signoff(_: Context) -> None:
    """Runs the office of a senior IT manager as durable, provable processes."""


def main(args: list[str] | None = None) -> None:
    """Runs the command and leaves with 0 (done), 2 (refused: bad input or a rule) or 1 (anything else)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that has no Thai shows codes instead of failing
    leave(called(sys.argv[1:] if args is None else args))


def called(args: list[str]) -> int:
    """Carries out one command line and returns its exit code; everything it has to say is on stdout and stderr."""
    context = Context(as_json="--json" in args)
    try:
        _refuse_unreadable(args)
        code = signoff.main(args=args, obj=context, prog_name="signoff", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        return _nobody_reads()
    except SystemExit as left:  # click and rich leave by themselves when nobody reads; the web server when it must
        return _nobody_reads() if isinstance(left.__context__, BrokenPipeError) else _exit_code(left.code)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the last frame: every failure becomes a sentence
        return _explain(context, error)
    return _exit_code(code)


def _exit_code(code: object) -> int:
    return code if isinstance(code, int) else 0


def _explain(context: Context, error: BaseException) -> int:
    match error:
        case click.exceptions.NoArgsIsHelpError():
            click.echo(error.format_message(), err=True)
            return _say(context, REFUSED, Refused("usage", "Name a command."))
        case click.exceptions.Abort() | KeyboardInterrupt():
            return _say(context, FAILED, Refused("interrupted", "Interrupted; nothing more was done."))
        case click.ClickException():
            return _say(context, REFUSED, Refused("usage", "{what}", what=error.format_message()))
        case Refused():
            _trace(context, error)
            return _say(context, FAILED if error.code in SURROUNDINGS else REFUSED, error)
    from cli.problems import explained  # noqa: PLC0415 - it knows the errors of libraries that most commands never load

    _trace(context, error)
    return _say(context, FAILED, explained(error))


def _say(context: Context, exit_code: int, refused: Refused) -> int:
    """The JSON document is in English, what people read in their language."""
    if context.as_json:
        with suppress(OSError):
            print_json({"code": refused.code, "message": refused.message, "facts": dict(refused.details)})
            sys.stdout.flush()
    text = said(refused.template, refused.details)
    click.echo(f"{'refused' if exit_code == REFUSED else 'failed'} ({refused.code}): {text}", err=True)
    return exit_code


def _refuse_unreadable(args: list[str]) -> None:
    """Bytes that are not UTF-8 reach Python as halves of surrogate pairs, which no database takes."""
    for number, text in enumerate(args, 1):
        try:
            text.encode()
        except UnicodeEncodeError:
            raise Refused("usage", "Argument {number} is not UTF-8 text; write it as UTF-8.", number=number) from None


def _nobody_reads() -> int:
    """Whoever read our output has gone, which is no failure: what is left of it goes nowhere."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _trace(context: Context, error: BaseException) -> None:
    if context.debug:
        traceback.print_exception(error)
