"""`explain`: the needs of the application, with evidence."""

from __future__ import annotations

from dazzle_infra.cli.options import NeedsArgument, Options, command

__all__ = ["explain"]


@command("project", "appspec", "as_json", "quiet", "verbose", "plain")
def explain(options: Options, needs: NeedsArgument = None) -> None:
    """Show the services that the application needs, and the reasons."""
    from dazzle_infra.cli.explain import run_explain

    run_explain(needs or (), options)
