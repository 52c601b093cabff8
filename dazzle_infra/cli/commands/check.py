"""`check`: whether the model or a template changed."""

from __future__ import annotations

from dazzle_infra.cli.options import AllOption, BackendsArgument, Options, command

__all__ = ["check"]


@command("offline", "project", "appspec", "as_json", "quiet", "plain")
def check(options: Options, names: BackendsArgument = None, every: AllOption = False) -> int:
    """Exit 3 if the model or a template changed since the files were generated."""
    if every:
        from dazzle_infra.cli.many import run_many

        return run_many(names or (), options, is_check=True)
    from dazzle_infra.cli.check import run_check

    return run_check(names or (), options)
