"""What runs the application: said by dazzle.toml, else found among the packages that the project's files declare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from dazzle_infra.answers.declared import Declared
from dazzle_infra.inference.model import Evidence

__all__ = ["NODE_RUNTIMES", "RUNTIMES", "Runtime", "RuntimeName", "default_port", "detect_runtime"]

RuntimeName = Literal["dazzle", "django", "fastapi", "express", "react"]

RUNTIMES: Final[tuple[RuntimeName, ...]] = get_args(RuntimeName)
NODE_RUNTIMES: Final[frozenset[RuntimeName]] = frozenset({"express", "react"})
_BY_DEFAULT: Final = Evidence("model", "", "no other framework is among the project's dependencies")
_BY_MODEL: Final = Evidence("model", "", "the model is beside package.json, which is for its assets")


@dataclass(frozen=True)
class Runtime:
    """What runs the application, and how that is known.

    Attributes:
        name: What runs it.
        evidence: What says so.
    """

    name: RuntimeName = "dazzle"
    evidence: Evidence = _BY_DEFAULT


def default_port(runtime: RuntimeName) -> int:
    """Return the port of `web` where dazzle.toml names none: by convention 8000 for Python, 3000 for Node."""
    return 3000 if runtime in NODE_RUNTIMES else 8000


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
        return Runtime(chosen, Evidence("manifest", "[infra] runtime", f"says {chosen}", source))
    if declared.has_dazzle:
        return Runtime("dazzle", Evidence("project", "dependencies", "have dazzle-dsl among them"))
    names = [name for name in RUNTIMES if not (has_dsl and name in NODE_RUNTIMES)]
    found = next((found for name in names if (found := _declared(name, declared))), None)
    if found is None and has_dsl and declared.node:
        return Runtime("dazzle", _BY_MODEL)
    return found or Runtime()


def _declared(name: RuntimeName, declared: Declared) -> Runtime | None:
    file = (declared.node if name in NODE_RUNTIMES else declared.python).get(name)
    # Without a script that builds it, React is no application of its own but a part of another's pages.
    if file is None or (name == "react" and not declared.script("build")):
        return None
    return Runtime(name, Evidence("project", file, f"depends on {name}", file))
