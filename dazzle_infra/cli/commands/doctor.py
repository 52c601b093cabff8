"""`doctor`: the tools that commands use."""

from __future__ import annotations

from dazzle_infra.cli.options import Options, command

__all__ = ["doctor"]


@command("project", "as_json", "plain")
def doctor(options: Options) -> int:
    """Check the tools; exit 5 if a tool that every command needs is missing."""
    from dazzle_infra.cli.doctor import run_doctor

    return run_doctor(options)
