"""`explain`: the services and variables that the application requires, and the reasons."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from dazzle_infra.backends import Application, Provision, backend
from dazzle_infra.backends.registry import backends_of, unusable_backends
from dazzle_infra.cli.loading import load
from dazzle_infra.cli.options import Options
from dazzle_infra.cli.output import Output, output_of
from dazzle_infra.cli.printer import unbroken
from dazzle_infra.errors import DazzleInfraError, UsageError
from dazzle_infra.operations.location import location_in
from dazzle_infra.plugins.calls import PluginError
from dazzle_infra.requirements.model import Evidence, Requirement, Setting
from dazzle_infra.values.program import program

if TYPE_CHECKING:
    from dazzle_infra.workload.explaining import Explained

__all__ = ["heading", "reason", "run_explain", "shown_version"]

_SHOWN = 3
_INDENT = 20
_NAMES = 32
"""The longest name of a variable, in characters, whose reason is printed on the same line."""

_NOT_NEEDED = Provision(None, "not needed")


def run_explain(names: Sequence[str], options: Options) -> None:
    """Print every need with its evidence, and the environment variables.

    Args:
        names: The needs and variables to print; none for all of them.
        options: The command's options.

    Raises:
        UsageError: A name is neither a need nor a variable.
    """
    application, loaded = load(options, needs_manifest=False)
    variables = _variables(names, application)
    output = output_of(options)
    appspec, runtime = loaded.appspec, application.manifest.runtime
    requirements = [one for one in application.inferred if not names or one.name in names]
    environment = [one.variable for one in variables] if names else list(application.inferred.environment)
    output.line((heading(application), "bold"))
    output.line()
    if not names:
        source = _source(runtime.evidence)
        shown = f"  {reason(runtime.evidence)}"
        output.line(f"  {'runtime':<12} ", (runtime.name, "green"), shown, (source, "dim"), hang=_INDENT)
    backends = _shown_backends(application)
    served = {one.name: _served(application, one, backends) for one in requirements}
    for requirement in requirements:
        _print_requirement(output, requirement, served[requirement.name])
    for variable in variables:
        _print_variable(output, variable, _set_otherwise(application, variable.variable.name, backends))
    if not names:
        _print_environment(output, environment)
    output.document(
        {
            "application": {"name": appspec.name, "title": appspec.title, "version": shown_version(application)},
            "runtime": {"name": runtime.name, "evidence": [_evidence(runtime.evidence)]},
            "requirements": [_requirement(one, served[one.name]) for one in requirements],
            "environment": [_setting(setting) for setting in environment],
        }
    )


def heading(application: Application) -> str:
    """Return the application's title and version."""
    appspec = application.appspec
    return f"{appspec.title or appspec.name} {shown_version(application)}"


def shown_version(application: Application) -> str:
    """Return the application's version: `[project] version`, or else that of the model."""
    manifest = application.manifest
    return manifest.version if manifest.says("project", "version") else application.appspec.version


def reason(evidence: Evidence) -> str:
    """Return evidence as text, without a name for the whole model."""
    return evidence.because if evidence.construct == "model" else f"{evidence}: {evidence.because}"


def _variables(names: Sequence[str], application: Application) -> list[Explained]:
    """Return the variables among the names.

    Raises:
        UsageError: A name is neither a need nor a variable.
    """
    needs = [requirement.name for requirement in application.inferred]
    if not set(names) - set(needs):
        return []
    from dazzle_infra.workload.explaining import explained

    variables = explained(application.workload, application.inferred)
    known = {name.lower(): name for name in (*needs, *variables)}
    for name in names:
        if name not in needs and name not in variables:
            near = difflib.get_close_matches(name.lower(), known, 1)
            guess = f"; did you mean {known[near[0]]}?" if near else ""
            hint = f"the needs are {', '.join(needs)}; `{program()} explain` lists the variables"
            raise UsageError(f"unknown need or variable {name!r}{guess}", hint=hint)
    return [variable for name, variable in variables.items() if name in names]


def _source(evidence: Evidence) -> str:
    """Return the place of evidence, unless the evidence is that file itself and was named already."""
    return f"   {unbroken(evidence.source)}" if evidence.source and evidence.source != evidence.name else ""


def _print_requirement(output: Output, requirement: Requirement, served: Sequence[Mapping[str, Any]]) -> None:
    answer = ("yes", "green") if requirement.needed else ("no ", "dim")
    indent = " " * _INDENT
    shown = requirement.evidence if output.verbose else requirement.evidence[:_SHOWN]
    for index, evidence in enumerate(shown):
        start = (f"  {requirement.name:<12} ", answer, "  ") if index == 0 else (indent,)
        source = _source(evidence)
        output.line(*start, reason(evidence), (source, "dim"), hang=_INDENT)
    if len(shown) < len(requirement.evidence):
        more = f"(+{len(requirement.evidence) - len(shown)} more; --verbose shows all)"
        output.line(indent, (more, "dim"), hang=_INDENT)
    for one in served if requirement.needed else ():
        provider = f"{one['backend']}: "
        by = one["by"] or "not provided"
        text = f"{indent}{provider}{by}; {one['because']}"
        output.line((text, "cyan"), hang=_INDENT + len(provider))


def _print_variable(output: Output, explained: Explained, otherwise: Mapping[str, str]) -> None:
    """Print who sets a variable.

    Args:
        output: The output of the command.
        explained: The variable.
        otherwise: What a backend says of it instead, by the name of each backend; empty where it says nothing else.
    """
    variable = explained.variable
    secret = "secret; " if variable.secret else ""
    told = set(otherwise.values())
    set_by = told.pop() if len(told) == 1 and "" not in told else explained.set_by
    output.line(f"  {variable.name}  ", (f"{secret}{set_by}", "cyan"), hang=_INDENT)
    for name, text in otherwise.items():
        if text and text != set_by:
            output.line((f"{' ' * _INDENT}{name}: {text}", "cyan"), hang=_INDENT + len(name) + 2)
    for evidence in variable.evidence:
        source = _source(evidence)
        output.line(" " * _INDENT, reason(evidence), (source, "dim"), hang=_INDENT)


def _print_environment(output: Output, settings: Sequence[Setting]) -> None:
    width = min(_NAMES, max((len(setting.name) for setting in settings), default=0))
    output.line()
    output.line(("Environment of the application", "bold"))
    output.line()
    for setting in settings:
        secret = "secret" if setting.secret else ""
        output.line(f"  {setting.name:<{width}} {secret:<6}  {reason(setting.evidence[0])}", hang=width + 11)


def _served(application: Application, requirement: Requirement, backends: Sequence[str]) -> list[dict[str, Any]]:
    found = []
    for name in backends:
        served = _provision(name, application, requirement) if requirement.needed else _NOT_NEEDED
        found.append({"backend": name, "by": served.by, "because": served.because})
    return found


def _shown_backends(application: Application) -> list[str]:
    """Return the names of the backends of dazzle.toml, and of others that have generated files."""
    manifest = application.manifest
    names = list(manifest.infra.backends)
    for one in backends_of(manifest):
        location = location_in(application.project, manifest, one) if one.name not in names else None
        if location is not None and (location.root / location.place.answers).is_file():
            names.append(one.name)
    return names


def _set_otherwise(application: Application, variable: str, backends: Sequence[str]) -> dict[str, str]:
    """Return what each of the backends says of a variable instead."""
    found = {}
    for name in backends:
        with suppress(DazzleInfraError):  # `_provision` names backends that cannot be used
            found[name] = backend(name, application.manifest).variable(variable, application)
    return found


def _provision(name: str, application: Application, requirement: Requirement) -> Provision:
    broken = next((one for one in unusable_backends() if one.name == name), None)
    if broken is not None:
        return Provision(None, f"{broken.package} {broken.version} cannot be used")
    try:
        return backend(name, application.manifest).provides(requirement.name, application)
    except PluginError as error:
        return Provision(None, error.message)


def _requirement(requirement: Requirement, served: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "name": requirement.name,
        "needed": requirement.needed,
        "detail": dict(requirement.detail),
        "evidence": [_evidence(evidence) for evidence in requirement.evidence],
        "served": list(served),
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
