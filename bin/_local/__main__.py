"""`run NAME ARG…`: calls `main(args)` of the command's module; a `Stop` becomes one sentence and exit status 1."""

import importlib
import signal
import sys
from pathlib import Path
from types import FrameType

sys.dont_write_bytecode = True
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from _local.tools import Stop, Terminated, say  # noqa: E402  (the line above makes it findable)


def interrupted(number: int, frame: FrameType | None) -> None:
    raise Terminated


def main() -> int:
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupted)
    # A shell that starts us in the background has us ignore Ctrl-C; `kill -INT` shall end us all the same.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    command = importlib.import_module(f"_local.{sys.argv[1]}")
    try:
        return command.main(sys.argv[2:])
    except Stop as stop:
        say(f"\nbin/{sys.argv[1]}: {stop}")
        return 1
    except KeyboardInterrupt:
        return 130


sys.exit(main())
