"""Short reasons for what is rendered: they change only when the need or the variable itself does.

A rendered reason names constructs, never a file or a line, and of many constructs the first alone: otherwise a
page that is added, or a line that moves, would change every generated file.
"""

from __future__ import annotations

from dazzle_infra.inference.model import Evidence, Need, Requirement, Setting

__all__ = ["PHRASES", "because"]

PHRASES: dict[Need, str] = {
    "cache": "cached answers and shared state",
    "database": "the application's data",
    "ledger": "the model's ledgers",
    "llm": "the model's language models",
    "mail": "the application's e-mail",
    "queue": "asynchronous work",
    "scheduler": "work by the clock",
    "search": "full-text search",
    "storage": "stored files",
    "tenancy": "tenants of their own",
    "webhooks": "calls from other systems",
    "worker": "asynchronous work",
}
"""What each need is for, whatever asks for it."""


def because(subject: Requirement | Setting) -> str:
    """Return the short reason for a need that is there, or for a variable: `integration pager_duty`.

    For a need that is not there it is the first of what speaks against it.
    """
    if isinstance(subject, Requirement) and subject.needed:
        return PHRASES[subject.name]
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
