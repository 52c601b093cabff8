"""`explain`: what the application needs, what not, and why."""

from __future__ import annotations

from typing import Any

from dazzle_infra.backends import Application, Served, backend
from dazzle_infra.cli.loading import load
from dazzle_infra.cli.options import Options
from dazzle_infra.cli.output import Output, output_of
from dazzle_infra.inference.model import Evidence, Requirement, Setting

__all__ = ["reason", "run_explain"]

_SHOWN = 3
_NOT_NEEDED = Served(None, "it is not needed")


def run_explain(options: Options) -> None:
    """Print every need, with evidence, and the environment variables."""
    application, loaded = load(options, needs_manifest=False)
    output = output_of(options)
    appspec = loaded.appspec
    output.line((f"{appspec.title or appspec.name} {appspec.version}", "bold"))
    output.line()
    runtime = application.manifest.runtime
    source = f"   {runtime.evidence.source}" if runtime.evidence.source else ""
    output.line(f"  {'runtime':<12} ", (runtime.name, "green"), f"   {reason(runtime.evidence)}", (source, "dim"))
    for requirement in application.inferred:
        _print_requirement(output, application, requirement)
    output.line()
    output.line(("Environment of the application", "bold"))
    output.line()
    for setting in application.inferred.environment:
        secret = "secret" if setting.secret else ""
        output.line(f"  {setting.name:<28} {secret:<7} {reason(setting.evidence[0])}")
    output.document(
        {
            "application": {"name": appspec.name, "title": appspec.title, "version": appspec.version},
            "runtime": {"name": runtime.name, "evidence": [_evidence(runtime.evidence)]},
            "requirements": [_requirement(application, requirement) for requirement in application.inferred],
            "environment": [_setting(setting) for setting in application.inferred.environment],
        }
    )


def _print_requirement(output: Output, application: Application, requirement: Requirement) -> None:
    answer = ("yes", "green") if requirement.needed else ("no ", "dim")
    indent = " " * 19
    shown = requirement.evidence if output.verbose else requirement.evidence[:_SHOWN]
    for index, evidence in enumerate(shown):
        start = (f"  {requirement.name:<12} ", answer, "  ") if index == 0 else (indent,)
        output.line(*start, reason(evidence), (f"   {evidence.source}" if evidence.source else "", "dim"))
    if len(shown) < len(requirement.evidence):
        output.line(indent, (f"and {len(requirement.evidence) - len(shown)} more; --verbose shows all", "dim"))
    for served in _served(application, requirement) if requirement.needed else ():
        by = served["by"] or "nothing is made"
        output.line(indent, (f"{served['backend']}: {by}; {served['because']}", "cyan"))


def reason(evidence: Evidence) -> str:
    """Put evidence into words; what speaks of the whole model needs no name."""
    return evidence.because if evidence.construct == "model" else f"{evidence}: {evidence.because}"


def _served(application: Application, requirement: Requirement) -> list[dict[str, Any]]:
    found = []
    for name in application.manifest.infra.backends:
        served = backend(name).served(requirement.name, application) if requirement.needed else _NOT_NEEDED
        found.append({"backend": name, "by": served.by, "because": served.because})
    return found


def _requirement(application: Application, requirement: Requirement) -> dict[str, Any]:
    return {
        "name": requirement.name,
        "needed": requirement.needed,
        "detail": dict(requirement.detail),
        "evidence": [_evidence(evidence) for evidence in requirement.evidence],
        "served": _served(application, requirement),
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "construct": evidence.construct,
        "name": evidence.name,
        "because": evidence.because,
        "source": evidence.source,
    }


def _setting(setting: Setting) -> dict[str, Any]:
    return {
        "name": setting.name,
        "secret": setting.secret,
        "default": setting.default,
        "evidence": [_evidence(evidence) for evidence in setting.evidence],
    }
