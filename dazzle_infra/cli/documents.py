"""What `--json` prints of plans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from dazzle_infra.backends import Plan

if TYPE_CHECKING:
    from dazzle_infra.addresses import Address, Addresses

__all__ = ["any_pending", "document_of"]


def any_pending(plans: Sequence[Plan]) -> bool:
    """Say whether the model or a template has moved on."""
    return any(one.is_pending for one in plans)


def document_of(plans: Sequence[Plan]) -> dict[str, Any]:
    """Return the document of `plan`, `check`, `update` and `status`."""
    return {"changes": any_pending(plans), "backends": [_backend(one) for one in plans]}


def _backend(one: Plan) -> dict[str, Any]:
    old, new = one.existing.template, one.target.template
    return {
        "name": one.existing.backend.name,
        "directory": one.existing.directory,
        "template": {
            "source": new.source,
            "from_source": old.source,
            "from": old.version,
            "to": new.version,
            "branch": new.branch,
        },
        "answers": [
            {"name": answer.name, "from": answer.before, "to": answer.after, "because": answer.because}
            for answer in one.answers
        ],
        "files": sorted([*_files(one), *_contributed(one)], key=lambda file: str(file["path"])),
        "addresses": _addresses(one.addresses),
    }


def _files(one: Plan) -> list[dict[str, Any]]:
    return [
        {"path": change.path, "class": change.kind, "from_path": change.from_path, "detail": change.detail}
        for change in one.changes.changes
    ]


def _contributed(one: Plan) -> list[dict[str, Any]]:
    return [
        {
            "path": write.path.removeprefix(f"{one.existing.directory}/"),
            "class": "added" if write.before is None else "updated",
            "from_path": None,
            "detail": "its lines are secrets",
        }
        for write in one.contributed
    ]


def _addresses(addresses: Addresses | None) -> dict[str, Any]:
    """Return what `--json` says of them; empty lists where nothing is managed or changes."""
    if addresses is None:
        return {kind: [] for kind in ("dropped", "stateful", "moved", "forgotten", "unknown")}

    def named(some: Iterable[Address]) -> list[dict[str, Any]]:
        return [{"address": one.address, "roots": list(one.roots)} for one in some]

    return {
        "dropped": named(addresses.dropped),
        "stateful": named(addresses.stateful),
        "moved": [{"from": one.old, "to": one.new, "roots": list(one.roots)} for one in addresses.moved],
        "forgotten": named(addresses.forgotten),
        "unknown": list(addresses.unknown),
    }
