"""`status`: versions, edits and conflicts."""

from __future__ import annotations

from dazzle_infra.cli.options import Options, command

__all__ = ["status"]


@command("offline", "project", "appspec", "as_json", "quiet", "plain")
def status(options: Options) -> int:
    """Show versions, your edits and unresolved conflicts, without reading the model."""
    from dazzle_infra.cli.status import run_status

    return run_status(options)
