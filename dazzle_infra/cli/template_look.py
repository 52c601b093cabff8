"""The work of `template list`, `versions`, `show` and `eject`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

from dazzle_infra.backends import backends
from dazzle_infra.cli.output import Output
from dazzle_infra.errors import DazzleInfraError
from dazzle_infra.templates import Template, commit_of, questions_of, resolve_template, versions_of
from dazzle_infra.templates.changelog import file_of, sections
from dazzle_infra.templates.eject import BRANCH, UPSTREAM, eject
from dazzle_infra.templates.embedded import TEMPLATE_NAMES, embedded_url
from dazzle_infra.values.program import program

__all__ = ["run_eject", "run_list", "run_show", "run_versions"]


def run_list(output: Output) -> None:
    """Print the embedded templates and those of other packages, with their newest releases."""
    summaries = {one.name: one.summary for one in backends()}
    found = [_resolved(name) for name in TEMPLATE_NAMES]
    listed: list[dict[str, object]] = [{"name": one.name, "newest": one.version, "source": one.source} for one in found]
    for one in found:
        output.line(f"  {one.name:<11} {one.version:<9} ", summaries.get(one.name, ""), (f"   {one.url}", "dim"))
    for name, source in _of_packages().items():
        try:
            newest = _resolved(name).version
        except DazzleInfraError as error:
            newest = None
            output.note(f"{name}: {error.message}")
        output.line(f"  {name:<11} {newest or '-':<9} ", summaries[name], (f"   {source}", "dim"))
        listed.append({"name": name, "newest": newest, "source": source})
    output.document({"templates": listed})


def run_versions(name: str, output: Output) -> None:
    """Print the releases of an embedded template, newest first."""
    newest = _resolved(name)
    releases = [_resolved(name, version) for version in reversed(versions_of(newest.repository))]
    known = _changes(newest)
    listed = []
    for one in releases:
        date = known.get(one.version.removeprefix("v"), (None, ""))[0]
        commit = commit_of(one)
        output.line(f"  {one.version:<9} ", date or "", (f"   {commit[:12]}", "dim"))
        listed.append({"version": one.version, "date": date, "commit": commit})
    output.document({"name": name, "source": newest.source, "versions": listed})


def run_show(name: str, version: str | None, output: Output) -> None:
    """Print the questions and the CHANGELOG section of a release."""
    one = _resolved(name, version)
    questions = {asked: _question(question) for asked, question in questions_of(one).items()}
    date, changes = _changes(one).get(one.version.removeprefix("v"), (None, ""))
    output.line((f"{name} {one.version}", "bold"), f"   {date or ''}", (f"   {one.url}", "dim"))
    output.line()
    width = max((len(asked) for asked in questions), default=0)
    for asked, question in questions.items():
        output.line(f"  {asked:<{width}}  {question['type']:<4}  ", (str(question["help"]), "dim"), hang=width + 10)
    for line in ["", *changes.splitlines()] if changes else []:
        output.line(line)
    output.document(
        {
            "name": name,
            "source": one.source,
            "version": one.version,
            "date": date,
            "commit": commit_of(one),
            "questions": [{"name": asked, **question} for asked, question in questions.items()],
            "changelog": changes,
        }
    )


def run_eject(name: str, folder: Path, version: str | None, output: Output) -> None:
    """Fork an embedded template, and print the next steps."""
    made = eject(name, folder, version, _of_packages().get(name))
    tag = f"{made.version}+house.1"
    steps = [
        f"cd {shlex.quote(str(folder))}",
        f"{program()} template check .",
        f"git add --all && git commit --message 'house style' && git tag {tag}",
        f"git remote add origin YOUR-URL && git push origin {BRANCH} {tag}",
        f"git fetch {UPSTREAM} && git merge {UPSTREAM}/VERSION",
    ]
    output.line(
        f"{folder}: a fork of {name} {made.version}", (f"   {UPSTREAM} is {made.upstream}; branch {BRANCH}", "dim")
    )
    output.line()
    reasons = [
        "",
        "after your changes",
        "choose your own suffix",
        "publish it",
        "after an upstream release",
    ]
    label = "Next   "
    for step, reason in zip(steps, reasons, strict=True):
        output.line((label, "bold"), step, (f"   # {reason}" if reason else "", "dim"))
        label = " " * len(label)
    output.document(
        {"name": name, "folder": str(folder), "version": made.version, "upstream": made.upstream, "next_steps": steps}
    )


def _resolved(name: str, version: str | None = None) -> Template:
    return resolve_template(name, _of_packages().get(name, embedded_url(name)), version, None)


def _of_packages() -> dict[str, str]:
    """Return the sources of the templates of backends of other packages, by the name of the backend."""
    return {one.name: one.source for one in backends() if one.origin and one.template not in TEMPLATE_NAMES}


def _changes(one: Template) -> dict[str, tuple[str | None, str]]:
    return sections(file_of(one, "CHANGELOG.md") or "")


def _question(question: Any) -> dict[str, object]:
    stated = question if isinstance(question, dict) else {"default": question}
    return {key: stated.get(key, "") for key in ("type", "help")} | {"default": stated.get("default")}
