"""What must hold between several keys of a manifest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dazzle_infra.answers.profiles import EnvironmentSettings, resolve
from dazzle_infra.answers.runtimes import default_port
from dazzle_infra.errors import ManifestError
from dazzle_infra.manifest.dazzle_tables import Project
from dazzle_infra.manifest.entry_points import check_entry_points
from dazzle_infra.manifest.names import APPLICATION_NAME, QUESTION_NAME, UNRESERVED_NAME, slug
from dazzle_infra.manifest.places import contains
from dazzle_infra.manifest.problems import Problem, broken
from dazzle_infra.manifest.tables import InfraTable
from dazzle_infra.manifest.words import KeyPath, nearest, quoted, shown

__all__ = ["application_name", "check"]

_DEEPEST = 20


def check(infra: InfraTable, project: Project) -> Iterator[Problem]:
    """Yield what does not fit together.

    Args:
        infra: The tables, each right by itself.
        project: What Dazzle's own tables say.
    """
    yield from _name(infra, project.name)
    yield from _folders(infra)
    yield from _outputs(infra, project.module_paths)
    yield from _environments(infra)
    yield from check_entry_points(infra.entry_points, default_port(infra.runtime or "dazzle"))
    for backend, answers in (("docker", infra.docker.answers), ("terraform", infra.terraform.answers)):
        for question, answer in answers.items():
            path = ("infra", backend, "answers", question)
            yield from broken(QUESTION_NAME, question, path)
            yield from _answer(answer, path)


def application_name(infra: InfraTable, project_name: str) -> str:
    """Return the application's name as Compose and the cloud spell it.

    A name that was given to Dazzle was not chosen for a cloud: it is cut. One that was given to us is taken whole.
    """
    if infra.name is not None:
        return slug(infra.name)
    return slug(project_name)[: APPLICATION_NAME.longest].strip("-")


def _name(infra: InfraTable, project_name: str) -> Iterator[Problem]:
    path = ("infra" if infra.name is not None else "project", "name")
    name = application_name(infra, project_name)
    for problem in (*broken(APPLICATION_NAME, name, path), *broken(UNRESERVED_NAME, name, path)):
        spelled = f"; it becomes {quoted(name)}" if name else "; no letter or digit of it is left"
        hint = problem.hint if infra.name else f"set [infra] name to another one; {problem.hint}"
        yield Problem(path, f"{problem.says}{spelled}", hint)


def _folders(infra: InfraTable) -> Iterator[Problem]:
    docker, terraform = infra.docker.output, infra.terraform.root_module
    if contains(docker, terraform) or contains(terraform, docker):
        path = ("infra", "terraform", "root_module")
        if "root_module" not in infra.terraform.model_fields_set:
            path = ("infra", "docker", "output")
        yield Problem(
            path,
            f" must not share a folder with the other backend: {quoted(docker)} and {quoted(terraform)}",
            "two templates in one folder delete each other's files; give each its own, neither in the other",
        )


def _outputs(infra: InfraTable, module_paths: Sequence[str]) -> Iterator[Problem]:
    """Keep what is rendered away from the model, and out of the image."""
    docker, terraform = infra.docker, infra.terraform
    outputs: tuple[tuple[KeyPath, str, bool], ...] = (
        (("infra", "docker", "output"), docker.output, "output" in docker.model_fields_set),
        (("infra", "terraform", "root_module"), terraform.root_module, "root_module" in terraform.model_fields_set),
    )
    for path, output, is_set in outputs:
        for module in module_paths:
            if contains(module, output) or contains(output, module):
                yield Problem(
                    path if is_set else ("modules", "paths"),
                    f" must not bring model and output into one folder: {quoted(module)} and {quoted(output)}",
                    "a template owns its folder; render it beside the model, neither in the other",
                )
        for copied in docker.copy_paths or ():
            if contains(copied, output):
                yield Problem(
                    ("infra", "docker", "copy"),
                    f": {quoted(copied)} holds the output folder {quoted(output)}",
                    "what is rendered there, secrets for development among it, must not be in the image",
                )


def _environments(infra: InfraTable) -> Iterator[Problem]:
    terraform = infra.terraform
    for name in terraform.env:
        if name not in terraform.environments:
            near = nearest(name, terraform.environments)
            guess = f"; did you mean {near}?" if near else ""
            hint = f"the environments are {', '.join(terraform.environments)}"
            path = ("infra", "terraform", "env", name)
            yield Problem(path, f" is not one of the environments{guess}", hint, table=True)
    for name in terraform.environments:
        settings = terraform.env.get(name, EnvironmentSettings())
        try:
            resolve(name, settings, region=terraform.region, container_image=terraform.container_image)
        except ManifestError as error:
            inherited = settings.container_image is None
            own = ("infra", "terraform", "env", name, "container_image")
            yield Problem(
                ("infra", "terraform", "container_image") if inherited else own, f": {error.message}", error.hint
            )


def _answer(value: Any, path: KeyPath) -> Iterator[Problem]:
    """Hold an answer to what YAML and JSON can both say, without recursion of our own."""
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
