"""The JSON documents of plans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from dazzle_infra.cli.git_notes import rules_document
from dazzle_infra.cli.hook_reports import reports_document
from dazzle_infra.cli.output import place_document
from dazzle_infra.operations.answer_changes import AnswerChange
from dazzle_infra.operations.identity import Identity
from dazzle_infra.operations.plan import Plan

if TYPE_CHECKING:
    from dazzle_infra.backends.impact import Address, Impact
    from dazzle_infra.templates import Template

__all__ = ["any_pending", "document_of", "identity_document", "template_document"]


def any_pending(plans: Sequence[Plan]) -> bool:
    """Return whether the model or a template changed."""
    return any(one.is_pending for one in plans)


def document_of(plans: Sequence[Plan]) -> dict[str, Any]:
    """Return the document of `plan`, `check` and `update`."""
    return {"changes": any_pending(plans), "backends": [_backend(one) for one in plans]}


def template_document(old: Template, new: Template) -> dict[str, Any]:
    """Return the JSON object for the recorded template and the new one."""
    return {
        "source": new.source,
        "from_source": old.source,
        "from": old.version,
        "to": new.version,
        "branch": new.branch,
    }


def _backend(one: Plan) -> dict[str, Any]:
    return {
        "name": one.existing.backend.name,
        "directory": one.existing.new_place.directory,
        "moved_from": one.existing.directory if one.existing.moves_to is not None else None,
        "template": template_document(one.existing.template, one.target.template),
        "answers": [_answer(answer) for answer in one.answers],
        **identity_document(one.identity),
        "files": sorted([*_files(one), *_contributed(one)], key=lambda file: str(file["path"])),
        "addresses": _impact(one.impact),
        "remains": list(one.remains),
        "hooks": reports_document(one.hooks.reports),
        "ignored": [place_document(place) for place in one.target.ignored],
        "missing": rules_document(one.missing),
    }


def _answer(answer: AnswerChange) -> dict[str, Any]:
    """Return the JSON object for a change of an answer; `differences` is empty unless it is a list of tables."""
    told = [
        {"entry": one.entry, "key": one.key, "from": one.before, "to": one.after, "because": one.because}
        for one in answer.differences
    ]
    return {
        "name": answer.name,
        "from": answer.before,
        "to": answer.after,
        "because": answer.because,
        "differences": told,
    }


def identity_document(identity: Identity) -> dict[str, Any]:
    """Return the JSON object for identifying values that are kept or changed."""
    return {
        "keeps": [vars(kept) for kept in identity.kept],
        "replaces": [vars(replaced) for replaced in identity.replaced],
    }


def _files(one: Plan) -> list[dict[str, Any]]:
    return [
        {
            "path": change.path,
            "class": change.kind,
            "from_path": change.from_path,
            "detail": change.detail,
            "replaced_by": change.replaced_by or None,
        }
        for change in one.changes.changes
    ]


def _contributed(one: Plan) -> list[dict[str, Any]]:
    return [
        {
            "path": one.existing.place.inside(write.path) or write.path,
            "class": "added" if write.before is None else "updated",
            "from_path": None,
            "detail": "its contents are secret" if write.is_private else "",
            "replaced_by": None,
        }
        for write in one.contributed
    ]


def _impact(impact: Impact | None) -> dict[str, Any]:
    """Return the JSON object for the effects on resources; the lists are empty if there are none."""
    if impact is None:
        return {kind: [] for kind in ("dropped", "stateful", "moved", "forgotten", "unknown")}

    def named(some: Iterable[Address]) -> list[dict[str, Any]]:
        return [{"address": one.address, "roots": list(one.roots)} for one in some]

    return {
        "dropped": named(impact.dropped),
        "stateful": named(impact.stateful),
        "moved": [{"from": one.old, "to": one.new, "roots": list(one.roots)} for one in impact.moved],
        "forgotten": named(impact.forgotten),
        "unknown": list(impact.unknown),
    }
