"""Notes about generated files that git ignores, or that are missing in this checkout because of git."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import Any

from dazzle_infra.backends import Backend
from dazzle_infra.cli.output import Output
from dazzle_infra.cli.printer import unbroken
from dazzle_infra.errors import PreconditionError, Where
from dazzle_infra.hooks.git_view import GitView
from dazzle_infra.operations.generated import restore_command
from dazzle_infra.operations.plan import Plan
from dazzle_infra.repository.ignored import IgnoreRule, by_rule

__all__ = ["missing_error", "note_git_view", "note_missing", "rules_document", "view_document"]

_NAMED = 3
_OF_SECRETS = ("secret", "credential", "password")
"""Words in a pattern that hides secrets."""


def note_git_view(output: Output, backend: Backend | None, view: GitView, application: str = "") -> None:
    """Print the generated files that git still ignores, and those with values that it no longer ignores.

    Args:
        output: The output of the command.
        backend: The backend of the files; None to print only ignored files.
        view: The state of the files in git.
        application: The folder of the application, if there are several.
    """
    start = f"{application}: " if application else ""
    for rule, paths in by_rule(view.ignored).items():
        output.note(
            f"{start}git ignores {_names(paths)} ({rule}), and other checkouts will lack "
            f"{'it' if len(paths) == 1 else 'them'}: change the pattern, or use `git add --force`"
        )
    for rule, paths in by_rule(view.included).items():
        for place, named in _by_place(backend.secret_places if backend is not None else {}, rule, paths).items():
            advice = f"keep secret values in {place}, which git ignores" if place else "check them for secrets"
            output.note(f"{start}git includes {_names(named)} in spite of {rule}: {advice}")


def note_missing(output: Output, project: Path, plans: Sequence[Plan]) -> None:
    """Print the generated files that are missing because git ignores them, and the command that restores them."""
    for one in plans:
        for rule, paths in by_rule(one.missing).items():
            command = restore_command(project, [(one.existing.place, paths)])
            named = _names([one.existing.place.at(path) for path in paths])
            output.note(
                f"missing, because git ignores them ({rule}) and they were never committed: {named}; "
                f'run "{unbroken(command)}" to write them again'
            )


def missing_error(project: Path, plans: Sequence[Plan]) -> PreconditionError | None:
    """Return the error for generated files that are missing because git ignores them; None if there are none."""
    lacking = [one for one in plans if one.missing]
    if not lacking:
        return None
    paths = {one.existing.place.at(path): rule for one in lacking for path, rule in one.missing.items()}
    rule = paths[min(paths)]
    command = restore_command(project, [(one.existing.place, sorted(one.missing)) for one in lacking])
    return PreconditionError(
        f"generated files are missing, because git ignores them and they were never committed: {_names(sorted(paths))}",
        code="never_committed",
        where=Where(file=rule.file, line=rule.line, key=None),
        hint=f'change the pattern "{rule.pattern}", or use `git add --force` in a checkout that has the files; '
        f"to write them here: {command}",
    )


def view_document(*views: GitView) -> dict[str, Any]:
    """Return the JSON object for the written files that git ignores, or ignored before."""
    return {
        "git_ignores": [one for view in views for one in rules_document(view.ignored)],
        "git_includes": [one for view in views for one in rules_document(view.included)],
    }


def rules_document(rules: Mapping[str, IgnoreRule]) -> list[dict[str, Any]]:
    """Return the JSON array of files and the rules of git that apply to them."""
    return [
        {"path": path, "rule": {"file": rule.file, "line": rule.line, "pattern": rule.pattern}}
        for path, rule in sorted(rules.items())
    ]


def _by_place(places: Mapping[str, str], rule: IgnoreRule, paths: Sequence[str]) -> dict[str, list[str]]:
    """Group the files whose names suggest secrets by the place in which secrets belong; others are omitted."""
    grouped: dict[str, list[str]] = {}
    hides_secrets = any(word in rule.pattern.lower() for word in _OF_SECRETS)
    for path in paths:
        name = PurePosixPath(path).name
        place = next((place for pattern, place in places.items() if fnmatch(name, pattern)), None)
        if place is not None or hides_secrets:
            grouped.setdefault(place or "", []).append(path)
    return grouped


def _names(paths: Sequence[str]) -> str:
    more = f" (+{len(paths) - _NAMED} more)" if len(paths) > _NAMED else ""
    return ", ".join(paths[:_NAMED]) + more
