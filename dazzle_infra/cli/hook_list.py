"""The work of `hooks` and `hooks allow`."""

from __future__ import annotations

import posixpath
from typing import Any

from dazzle_infra.backends.application import Project
from dazzle_infra.cli.choosing import named_backends
from dazzle_infra.cli.loading import load_project
from dazzle_infra.cli.options import Options
from dazzle_infra.cli.output import Output, output_of
from dazzle_infra.errors import ExitCode, UsageError
from dazzle_infra.hooks.allowed import allow, allowed_file
from dazzle_infra.hooks.executables import Executable
from dazzle_infra.hooks.selection import Chosen, Selection
from dazzle_infra.operations.hook_runs import selection_of
from dazzle_infra.project.manifest.hooks import EXECUTABLE

__all__ = ["run_allow", "run_list"]


def run_list(options: Options) -> int:
    """Print the hooks of each backend of dazzle.toml."""
    output, project = output_of(options), load_project(options)
    chosen = named_backends(project.manifest.infra.backends, project.manifest)
    selections = {one.name: selection_of(project.project, project.manifest, one) for one in chosen}
    for number, (name, selection) in enumerate(selections.items()):
        if number:
            output.line()
        output.line((name, "bold"))
        _print(output, selection)
    broken = sorted({str(one) for selection in selections.values() for one in selection.broken})
    for problem in broken:
        output.note(f"warning: {problem}")
    output.document(
        {
            "backends": [
                {"name": name, "hooks": [_document(one) for one in selection.hooks]}
                for name, selection in selections.items()
            ],
            "broken": broken,
        }
    )
    return ExitCode.OK


def _print(output: Output, selection: Selection) -> None:
    width = max(len(one.name) for one in selection.hooks)
    phases = max(len(", ".join(one.phases)) for one in selection.hooks)
    for number, one in enumerate(selection.hooks, 1):
        place = f"{number:>2}" if one.state == "runs" else " -"
        state = "" if one.state == "runs" else f"{one.state}: {one.remark}"
        output.line(
            f"  {place}  {one.name:<{width}}  {', '.join(one.phases):<{phases}}  {one.origin}",
            (f"   {state}" if state else "", "yellow"),
            hang=width + 8,
        )
        text = f"sha256 {one.hook.digest()}" if isinstance(one.hook, Executable) else one.hook.summary
        output.line(f"      {'':<{width}}  ", (text, "dim"), hang=width + 8)


def _document(one: Chosen) -> dict[str, Any]:
    return {
        "name": one.name,
        "summary": one.hook.summary,
        "phases": list(one.phases),
        "origin": one.origin,
        "state": one.state,
        "remark": one.remark,
        "on_failure": one.on_failure,
        "seconds": one.seconds,
        "sha256": one.hook.digest() if isinstance(one.hook, Executable) else None,
    }


def run_allow(path: str | None, options: Options) -> int:
    """Allow the present content of one executable, or of all that dazzle.toml names.

    Raises:
        UsageError: dazzle.toml does not name it, or names none.
        PreconditionError: It cannot run, or the list of allowed content cannot be written.
    """
    output, project = output_of(options), load_project(options)
    executables = [Executable(project.project, name) for name in _named(project, path)]
    for one in executables:
        one.check(project.manifest.where("infra", "hooks"))
    digests = {one.name: one.digest() for one in executables}
    for one in executables:
        allow(digests[one.name], one.path)
        output.line(f"allowed: {one.name}   sha256 {digests[one.name]}", hang=9)
    output.document(
        {
            "allowed": [{"path": name, "sha256": digest} for name, digest in digests.items()],
            "file": str(allowed_file()),
        }
    )
    return ExitCode.OK


def _named(project: Project, path: str | None) -> list[str]:
    hooks = project.manifest.infra.hooks
    known = list(dict.fromkeys(name for name in (*hooks.pre_build, *hooks.post_build) if name.startswith(EXECUTABLE)))
    if not known:
        raise UsageError(
            "[infra.hooks] names no executable",
            where=project.manifest.where("infra", "hooks"),
            hint='name one, such as post_build = ["./tools/after-infra"]',
        )
    if path is None:
        return known
    name = f"{EXECUTABLE}{posixpath.normpath(path)}"
    if name not in known:
        raise UsageError(
            f"[infra.hooks] does not name {path}",
            where=project.manifest.where("infra", "hooks"),
            hint=f"it names {', '.join(known)}",
        )
    return [name]
