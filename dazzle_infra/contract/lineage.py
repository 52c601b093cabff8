"""Where a fork comes from, and what its tags would do to the applications that follow it."""

from __future__ import annotations

from dataclasses import dataclass

from dazzle_infra.contract.findings import Finding
from dazzle_infra.contract.snapshot import Snapshot
from dazzle_infra.errors import UsageError
from dazzle_infra.templates import Template, commit_of, embedded_url, questions_of, resolve_template, versions_of
from dazzle_infra.templates.eject import UPSTREAM
from dazzle_infra.templates.embedded import TEMPLATE_NAMES

__all__ = ["Lineage", "check_tags", "earlier_releases", "lineage_of"]


@dataclass(frozen=True)
class Lineage:
    """What a fork stands on.

    Attributes:
        name: The embedded template that it forks.
        releases: The template's releases, by their commits, oldest first.
        base: The newest of them in the fork's history; None where there is none.
    """

    name: str
    releases: dict[str, Template]
    base: Template | None


def lineage_of(snapshot: Snapshot, name: str | None) -> Lineage:
    """Find out what is forked, by the history, else by the questions.

    Raises:
        UsageError: There is no template of that name, or it cannot be told.
    """
    known = {one: _releases(one) for one in ([name] if name else TEMPLATE_NAMES)}
    for one, releases in known.items():
        if base := next((releases[id_] for id_ in reversed(releases) if id_ in snapshot.history), None):
            return Lineage(one, releases, base)
    asked = set(questions_of(snapshot.template("fork")))
    shared = {one: len(asked & set(questions_of(list(releases.values())[-1]))) for one, releases in known.items()}
    best = max(shared, key=lambda one: shared[one])
    if name is None and shared[best] * 2 < len(asked):
        raise UsageError(
            f"{snapshot.folder} forks none of our templates, as far as its history and its questions tell",
            hint=f"say which contract to hold it to: --of {TEMPLATE_NAMES[0]}",
        )
    return Lineage(best, known[best], None)


def _releases(name: str) -> dict[str, Template]:
    newest = resolve_template(name, embedded_url(name), None, None)
    found = [resolve_template(name, embedded_url(name), version, None) for version in versions_of(newest.repository)]
    return {commit_of(one): one for one in found}


def earlier_releases(snapshot: Snapshot, lineage: Lineage) -> list[Template]:
    """Return the releases that an application may be updated from, oldest first.

    Those are the fork's own in its history, and the upstream release that it stands on. A folder without a history
    stands for the next release of the embedded template, so that all of those are earlier.
    """
    if snapshot.head is None:
        return list(lineage.releases.values())
    current = None if snapshot.is_dirty else snapshot.head
    own = [
        snapshot.template(lineage.name, tag)
        for tag, commit in snapshot.tags().items()
        if commit in snapshot.history and commit != current and commit not in lineage.releases
    ]
    base = lineage.base
    return own if base is None or commit_of(base) == current else [base, *own]


def check_tags(snapshot: Snapshot, lineage: Lineage) -> list[Finding]:
    """Find tags that would take applications away from the house style, and a history that is cut off."""
    found, own = [], snapshot.tags()
    if snapshot.is_dirty or snapshot.head not in lineage.releases:
        for tag, commit in own.items():
            if commit in lineage.releases:
                hint = (
                    f"git tag --delete {tag}; git push origin --delete {tag}; "
                    f"git config remote.{UPSTREAM}.tagOpt --no-tags"
                )
                what = f"the tag {tag} is upstream's release: applications would take it for one of yours"
                found.append(Finding(what, f"tag {tag}", hint))
    shared = {commit: [tag for tag, other in own.items() if other == commit] for commit in own.values()}
    for first, *others in shared.values():
        if others:
            hint = f"git tag --delete {others[-1]}, and tag another commit: of two tags on one, Copier records either"
            found.append(Finding(f"{first} and {others[-1]} are on one commit", f"tag {first}", hint, breaks=False))
    if snapshot.is_shallow:
        hint = "git fetch --unshallow --tags; in a workflow, `fetch-depth: 0` of actions/checkout"
        found.append(Finding("the history is cut off, so that earlier releases may be missing", "", hint, breaks=False))
    return found
