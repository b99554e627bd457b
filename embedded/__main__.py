"""`python -m embedded`: the stack with default ports, for work on the stack itself; people use `signoff up`."""

import argparse
import asyncio
import os
from pathlib import Path

from embedded.options import TEMPORAL_PORT, UI_PORT, WEB_PORT, Options
from embedded.run import run_stack
from runtime.exit import leave


def _options() -> Options:
    parser = argparse.ArgumentParser(prog="python -m embedded")
    parser.add_argument("--home", type=Path, default=Path(os.environ.get("SIGNOFF_HOME", ".signoff")))
    parser.add_argument("--web-port", type=int, default=WEB_PORT)
    parser.add_argument("--temporal-port", type=int, default=TEMPORAL_PORT)
    parser.add_argument("--ui-port", type=int, default=UI_PORT)
    parser.add_argument("--no-worker", dest="worker", action="store_false")
    parser.add_argument("--no-web", dest="web", action="store_false")
    return Options.model_validate(vars(parser.parse_args()))


def main() -> None:
    leave(asyncio.run(run_stack(_options())))


if __name__ == "__main__":
    main()
