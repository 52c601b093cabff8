"""The check of `answer-fields.yml`, which must list the fields of every answer to the template."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from dazzle_infra.contract.findings import Finding
from dazzle_infra.templates.contents import FIELDS_FILE
from dazzle_infra.templates.fitting import Misfit

__all__ = ["check_fields"]


def check_fields(
    tree: Mapping[str, Any], questions: Collection[str], model: Mapping[str, Any], misfits: Iterable[Misfit]
) -> list[Finding]:
    """Check a tree of fields against the answers of dazzle-infra.

    Args:
        tree: The fields that the template knows.
        questions: The questions of the template.
        model: The fields of the current answers.
        misfits: The values of the samples that the tree does not accept.
    """
    found = [
        Finding(
            "the fields of this answer are not listed",
            f"{FIELDS_FILE}: {name}",
            "list them as the upstream file does; otherwise the template receives fields that it does not support",
            breaks=False,
        )
        for name in model
        if name in questions and name not in tree
    ]
    refused = {(misfit.path, misfit.accepted): misfit for misfit in misfits}
    return found + [
        Finding(
            f"dazzle-infra may answer {json.dumps(misfit.value)}; {misfit.accepted} is accepted",
            f"{FIELDS_FILE}: {'.'.join(misfit.path)}",
            "accept the value there and in the template",
        )
        for misfit in refused.values()
    ]
