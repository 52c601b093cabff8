"""The commands that generate the files of a backend, and `all`."""

from __future__ import annotations

from collections.abc import Callable

from dazzle_infra.cli.options import Options, command

__all__ = ["scaffold_command"]


def scaffold_command(names: tuple[str, ...]) -> Callable[..., int]:
    """Return the command that generates these backends; no names mean those of dazzle.toml."""

    @command(
        *("template", "offline", "project", "appspec", "dry_run"),
        *("as_json", "quiet", "verbose", "check_tools", "plain"),
    )
    def scaffold(options: Options) -> int:
        from dazzle_infra.backends.names import BUILT_IN
        from dazzle_infra.rendering.pool import Workers
        from dazzle_infra.templates import require_git
        from dazzle_infra.values.cores import usable_cores

        require_git()
        # Started before anything else is imported: they are ready when it is known what they will render.
        with Workers(min(len(names) or len(BUILT_IN), usable_cores())) as workers:
            from dazzle_infra.cli.scaffold import run_scaffold

            return run_scaffold(names, options, workers)

    return scaffold
