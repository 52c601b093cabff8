"""The recorded template version from another repository, if its source no longer exists.

A commit's id identifies its content. Therefore any repository with the recorded commit can replace the source: a fork
with the same history, or a copy in the cache.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from dazzle_infra.backends.application import Application, Project
from dazzle_infra.backends.base import Backend
from dazzle_infra.errors import DazzleInfraError
from dazzle_infra.operations.choice import choose
from dazzle_infra.templates import Template, isolated_environment, resolve_template, run_git, source_of
from dazzle_infra.templates.answers_file import Recorded
from dazzle_infra.templates.cache import cached, note_used
from dazzle_infra.templates.fetch import holder_of
from dazzle_infra.templates.trust import check_release

__all__ = ["salvage"]


def salvage(application: Application | Project, backend: Backend, recorded: Recorded) -> Template | None:
    """Return the recorded version from any known repository with its commit, or None if there is none.

    Raises:
        UnsafeTemplateError: The content of the commit is refused (see `templates.trust`).
    """
    if recorded.commit is None:
        return None
    source = recorded.source.removeprefix("git+")
    chosen = choose(application, backend, source)
    if chosen.template is not None and source_of(backend.name, chosen.template, application.project) != source:
        # The template that replaces the previous one often has its history.
        with suppress(DazzleInfraError):
            resolve_template(backend.name, chosen.template, None, application.project, access=application.access)
    holder = holder_of(recorded.commit)
    if holder is None:
        return None
    commit, version = recorded.commit, recorded.version
    entry = cached(f"templates/{commit[:16]}-salvaged.git", lambda folder: _copy(holder, folder, commit))
    note_used(entry, source)
    check_release(entry, commit, f"the template {source} {version}")
    tag = f"refs/tags/{version}"
    environment = isolated_environment()
    with suppress(DazzleInfraError):
        # Copier records the tag of the commit, which must be the recorded one.
        run_git("check-ref-format", tag, environment=environment)
        run_git("update-ref", tag, commit, environment=environment, repository=entry)
    return Template(backend.name, recorded.source, entry, version, commit)


def _copy(holder: Path, folder: Path, commit: str) -> None:
    """Create a repository with the commit and its history, without the other repository's refs."""
    environment = isolated_environment()
    run_git("init", "--quiet", "--bare", str(folder), environment=environment)
    pack = run_git(
        "pack-objects",
        "--quiet",
        "--revs",
        "--stdout",
        environment=environment,
        repository=holder,
        data=f"{commit}\n".encode(),
    )
    run_git("index-pack", "--stdin", environment=environment, repository=folder, data=pack)
    run_git("update-ref", "refs/heads/main", commit, environment=environment, repository=folder)
