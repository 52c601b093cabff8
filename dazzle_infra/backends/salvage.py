"""The version that made a directory, where its source is gone: the same commit, found somewhere else.

A commit's id stands for its content. So a repository that holds the commit which the answers file names is as good as
the one that it came from: a fork with the same history, or a copy in the cache.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from dazzle_infra.backends.base import Application, Backend
from dazzle_infra.backends.choice import choose
from dazzle_infra.engine import Recorded
from dazzle_infra.errors import DazzleInfraError
from dazzle_infra.templates import Template, isolated_environment, resolve_template, run_git, source_of
from dazzle_infra.templates.cache import cached, note_used
from dazzle_infra.templates.fetch import holder_of
from dazzle_infra.templates.trust import check_release

__all__ = ["salvage"]


def salvage(application: Application, backend: Backend, recorded: Recorded) -> Template | None:
    """Return the recorded version from wherever its commit is, or None where it is nowhere.

    Raises:
        UnsafeTemplateError: What that commit holds is refused (see `templates.trust`).
    """
    if recorded.commit is None:
        return None
    source = recorded.source.removeprefix("git+")
    chosen = choose(application, backend, source)
    if chosen.template is not None and source_of(backend.name, chosen.template, application.project) != source:
        # The template that is to follow often has the history of the one that is gone.
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
        # Copier records the name that git knows the commit by: it has to be the one of before.
        run_git("check-ref-format", tag, environment=environment)
        run_git("update-ref", tag, commit, environment=environment, repository=entry)
    return Template(backend.name, recorded.source, entry, version, commit)


def _copy(holder: Path, folder: Path, commit: str) -> None:
    """Make a repository of that commit and what it stands on, without the names that the other one has for it."""
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
