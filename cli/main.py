"""The command group, and the one place where an error becomes a sentence and an exit code."""

import sys
import traceback
from typing import Any

import click

from cli import cases, log, organisation, stack
from cli.context import Context, everywhere, print_json
from cli.problems import explained
from domain.kernel.errors import Refused
from worker import leave

REFUSED, FAILED = 2, 1


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="signoff")
@everywhere
def signoff(_: Context) -> None:
    """Runs the office of a senior IT manager as durable, provable processes."""


for module in (stack, organisation, cases, log):
    for command in module.COMMANDS:
        signoff.add_command(command)


def main(args: list[str] | None = None) -> None:
    """Runs the command and leaves with 0 (done), 2 (refused: bad input or a rule) or 1 (anything else)."""
    context = Context(as_json="--json" in (args if args is not None else sys.argv))
    leave(_run(context, args))


def _run(context: Context, args: list[str] | None) -> int:
    try:
        code = signoff.main(args=args, obj=context, standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.exceptions.Abort:
        return FAILED
    except click.ClickException as error:
        return _say(context, REFUSED, "usage", error.format_message(), {})
    except Refused as refused:
        _trace(context)
        return _say(context, REFUSED, refused.code, refused.message, dict(refused.facts))
    except KeyboardInterrupt:
        return FAILED
    except BrokenPipeError:
        return 0
    except Exception as error:  # noqa: BLE001 - the last frame: every failure becomes a sentence
        _trace(context)
        code, message = explained(error)
        return _say(context, FAILED, code, message, {})


def _say(context: Context, exit_code: int, code: str, message: str, facts: dict[str, Any]) -> int:
    if context.as_json:
        print_json({"code": code, "message": message, "facts": facts})
    click.echo(f"{'refused' if exit_code == REFUSED else 'failed'} ({code}): {message}", err=True)
    return exit_code


def _trace(context: Context) -> None:
    if context.debug:
        traceback.print_exc()
