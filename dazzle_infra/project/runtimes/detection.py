"""What runs the application: said by dazzle.toml, else found among the packages that the project's files declare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dazzle_infra.project.packages.declared import Declared
from dazzle_infra.project.runtimes import DEFAULT_RUNTIME, RUNTIMES, RuntimeName, runtime_record
from dazzle_infra.project.runtimes.languages import NODE
from dazzle_infra.project.runtimes.record import RuntimeRecord
from dazzle_infra.requirements.model import Evidence

__all__ = ["Runtime", "detect_runtime"]

_BY_DEFAULT: Final = Evidence("model", "", "no other framework is among the project's dependencies")
_BY_MODEL: Final = Evidence("model", "", "the project contains a model, and package.json is for its assets")


@dataclass(frozen=True)
class Runtime:
    """What runs the application, and how that is known.

    Attributes:
        record: What runs it.
        evidence: What says so.
    """

    record: RuntimeRecord = DEFAULT_RUNTIME
    evidence: Evidence = _BY_DEFAULT

    @property
    def name(self) -> RuntimeName:
        """The runtime's name."""
        return self.record.name


def detect_runtime(
    chosen: RuntimeName | None, source: str | None, declared: Declared, *, has_dsl: bool = False
) -> Runtime:
    """Return what runs the application.

    What is chosen wins, then Dazzle where it is a dependency: an application of Dazzle's may use any framework
    besides. One of Python counts only where Dazzle is no dependency, since then the image would hold no Dazzle to
    run. One of Node counts only where no DSL lies beside it: Dazzle runs a model, and package.json is then for assets.

    Args:
        chosen: `[infra] runtime`, or None.
        source: Where that is said, `dazzle.toml:LINE`.
        declared: What the project's files declare.
        has_dsl: Whether the model is there as files of the DSL.
    """
    if chosen is not None:
        return Runtime(runtime_record(chosen), Evidence("manifest", "[infra] runtime", f"says {chosen}", source))
    if declared.has_dazzle:
        return Runtime(DEFAULT_RUNTIME, Evidence("project", "dependencies", "include dazzle-dsl"))
    for record in RUNTIMES:
        file = None if has_dsl and record.language is NODE else record.declared_by(declared)
        if file is not None:
            return Runtime(record, Evidence("project", file, f"depends on {record.name}", file))
    return Runtime(evidence=_BY_MODEL) if has_dsl and declared.node else Runtime()
