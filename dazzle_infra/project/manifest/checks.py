"""What must hold between several keys of a manifest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from dazzle_infra.project.manifest.backend_tables import BackendSettings, BackendTables, CustomSettings, settings_in
from dazzle_infra.project.manifest.commands import check_dockerfile
from dazzle_infra.project.manifest.dazzle_tables import Project
from dazzle_infra.project.manifest.entry_points import check_entry_points
from dazzle_infra.project.manifest.environments import check_environments, environment_names
from dazzle_infra.project.manifest.hooks import check_hooks
from dazzle_infra.project.manifest.problem import CheckContext, Problem
from dazzle_infra.project.manifest.problems import broken
from dazzle_infra.project.manifest.tables import InfraTable
from dazzle_infra.project.runtimes import DEFAULT_RUNTIME, runtime_record
from dazzle_infra.values.names import APPLICATION_NAME, BACKEND_NAME, QUESTION_NAME, UNRESERVED_NAME, slug
from dazzle_infra.values.paths import contains
from dazzle_infra.values.placement import TOP
from dazzle_infra.values.words import KeyPath, quoted, shown

__all__ = ["application_name", "check"]

_DEEPEST = 20


def check(infra: InfraTable, project: Project, tables: BackendTables) -> Iterator[Problem]:
    """Yield what does not fit together.

    Args:
        infra: The tables, each right by itself.
        project: What Dazzle's own tables say.
        tables: The tables that the backends bring.
    """
    yield from _name(infra, project.name)
    backends = settings_in(infra)
    apart = {name: settings for name, settings in backends.items() if settings.output != TOP}
    yield from _overlaps(apart)
    yield from _beside_the_model(apart, project.module_paths)
    names = environment_names(infra, backends)
    yield from check_environments(infra, names)
    yield from _custom_names(backends, tables)
    directories = [settings.output for settings in apart.values()]
    for name, settings in backends.items():
        yield from settings.problems(
            CheckContext(settings.table(name), project.module_paths, directories, infra.env, names, infra.dockerfile)
        )
    yield from check_hooks(infra.hooks)
    yield from check_dockerfile(infra)
    runtime = runtime_record(infra.runtime or DEFAULT_RUNTIME.name)
    yield from check_entry_points(infra.entry_points, runtime.language.port)
    for name, settings in backends.items():
        for question, answer in settings.answers.items():
            path = (*settings.table(name), "answers", question)
            yield from broken(QUESTION_NAME, question, path)
            yield from _answer(answer, path)


def application_name(infra: InfraTable, project_name: str) -> str:
    """Return the application's name as Compose and the cloud spell it, at its full length."""
    return slug(infra.name if infra.name is not None else project_name)


def _name(infra: InfraTable, project_name: str) -> Iterator[Problem]:
    path = ("infra" if infra.name is not None else "project", "name")
    name = application_name(infra, project_name)
    for problem in (*broken(APPLICATION_NAME, name, path), *broken(UNRESERVED_NAME, name, path)):
        spelled = f"; it becomes {quoted(name)}" if name else "; it contains no letter or digit"
        hint = problem.hint if infra.name else f"set [infra] name to another one; {problem.hint}"
        yield Problem(path, f"{problem.says}{spelled}", hint)


def _custom_names(backends: Mapping[str, BackendSettings], tables: BackendTables) -> Iterator[Problem]:
    """Keep the names of `[infra.custom.NAME]` apart from those of commands and of other backends."""
    taken = {*tables.names, *tables.unusable, *tables.reserved}
    for name in tables.custom:
        path = CustomSettings.table(name)
        yield from broken(BACKEND_NAME, name, path, table=True)
        if name in taken:
            kind = "another backend" if name in (*tables.names, *tables.unusable) else "a command or a key"
            yield Problem(path, f" has the name of {kind}", "choose another name", table=True)


def _overlaps(backends: Mapping[str, BackendSettings]) -> Iterator[Problem]:
    """Keep the directories of the backends apart; the problem is at the later of the keys that are set."""
    for (name, one), (other, two) in combinations(backends.items(), 2):
        if contains(one.output, two.output) or contains(two.output, one.output):
            path = (*two.table(other), two.directory_key())
            if "output" not in two.model_fields_set:
                path = (*one.table(name), one.directory_key())
            yield Problem(
                path,
                " must not overlap with the output directory of another backend: "
                f"{quoted(one.output)}, {quoted(two.output)}",
                "give each backend its own directory, neither inside the other",
            )


def _beside_the_model(backends: Mapping[str, BackendSettings], module_paths: Sequence[str]) -> Iterator[Problem]:
    """Keep what is rendered away from the model."""
    for name, settings in backends.items():
        output = settings.output
        path: KeyPath = (*settings.table(name), settings.directory_key())
        for module in module_paths:
            if contains(module, output) or contains(output, module):
                yield Problem(
                    path if "output" in settings.model_fields_set else ("modules", "paths"),
                    f" must keep the model and the output in separate directories: {quoted(module)}, {quoted(output)}",
                    "choose an output directory that is neither inside the model's directory nor around it",
                )


def _answer(value: Any, path: KeyPath) -> Iterator[Problem]:
    """Check that YAML and JSON can both represent an answer, without recursion."""
    stack = [(value, path)]
    while stack:
        value, path = stack.pop()
        if len(path) > _DEEPEST:
            yield Problem(path[:4], " is nested too deep", f"at most {_DEEPEST - 4} levels")
            return
        if isinstance(value, dict):
            stack.extend((entry, (*path, key)) for key, entry in value.items())
        elif isinstance(value, list):
            stack.extend((entry, (*path, index)) for index, entry in enumerate(value))
        elif not isinstance(value, str | int | float) or value != value or value in (float("inf"), float("-inf")):
            yield Problem(
                path,
                f" must be text, a number, true or false, a list or a table; found {shown(value)}",
                "write it in quotation marks",
            )
