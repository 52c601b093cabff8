"""Short reasons in rendered files, which change only with the need or the variable itself.

A rendered reason names the first of several constructs, and no file or line. Otherwise an added page or a moved line
would change every generated file.
"""

from __future__ import annotations

from dazzle_infra.requirements.model import Evidence, Requirement, Setting
from dazzle_infra.requirements.needs import need_record

__all__ = ["because"]


def because(subject: Requirement | Setting) -> str:
    """Return the short reason for a need or for a variable: `integration pager_duty`.

    For a need that the application does not have, it is the first evidence against it.
    """
    if isinstance(subject, Requirement) and subject.needed:
        return need_record(subject.name).purpose
    first = subject.evidence[0]
    return first.because if isinstance(subject, Requirement) else _name(first)


def _name(evidence: Evidence) -> str:
    if evidence.construct == "model":
        return evidence.because
    if evidence.construct == "manifest":
        return f"{evidence.name} in dazzle.toml"
    if evidence.construct == "runtime":
        return f"the {evidence.name} runtime"
    return str(evidence)
