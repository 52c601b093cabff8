"""The check of a fork, part by part."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from dazzle_infra.backends import backend
from dazzle_infra.contract.findings import Finding, Result, result
from dazzle_infra.contract.jobs import Rendered, render_each, unrendered
from dazzle_infra.contract.lineage import Lineage, check_tags, earlier_releases, lineage_of
from dazzle_infra.contract.questions import check_questions, check_settings
from dazzle_infra.contract.rendered import check_answers_file, check_files, differences, recorded_in
from dazzle_infra.contract.samples import SAMPLES, sample
from dazzle_infra.contract.snapshot import Snapshot, take_snapshot
from dazzle_infra.contract.tools import ask_tools
from dazzle_infra.contract.updates import Step, first_jobs, later_jobs, update_findings
from dazzle_infra.engine import RenderJob, Tree
from dazzle_infra.errors import PreconditionError, TemplateError
from dazzle_infra.templates import Template, questions_of, require_git
from dazzle_infra.templates.questions import config_of

__all__ = ["Checked", "check_template"]

_UNTAG = "no application can be made from that tag and updated; if there is none, delete the tag"


@dataclass(frozen=True)
class Checked:
    """What a check came to.

    Attributes:
        name: The embedded template whose contract it is.
        folder: The fork.
        head: The commit that is checked out there; None for a folder that is no repository.
        is_dirty: Whether changes that are not committed were checked too.
        upstream: The upstream release that the fork stands on, or None.
        results: What each part came to, in their order.
    """

    name: str
    folder: Path
    head: str | None
    is_dirty: bool
    upstream: str | None
    results: tuple[Result, ...]

    @property
    def holds(self) -> bool:
        """Whether the fork holds to the contract."""
        return all(one.status != "failed" for one in self.results)


@dataclass(frozen=True)
class _Subject:
    """What the parts of the check look at."""

    snapshot: Snapshot
    lineage: Lineage
    template: Template
    config: Mapping[str, object]
    answers: Mapping[str, Mapping[str, object]]

    @property
    def questions(self) -> dict[str, object]:
        return {name: value for name, value in self.config.items() if not name.startswith("_")}


def check_template(folder: Path, name: str | None = None, *, with_tools: bool = True) -> Checked:
    """Hold the fork in a folder to the contract.

    Args:
        folder: The fork, as it lies on disk: changes that are not committed are part of it.
        name: The embedded template that it forks; None to find out.
        with_tools: Whether to ask the tools that are on PATH.

    Raises:
        PreconditionError: There is no template in the folder.
        TemplateError: Its `copier.yml` cannot be read.
        UsageError: It cannot be told what it forks.
    """
    require_git()
    with TemporaryDirectory(prefix="dazzle-infra-contract-") as working:
        snapshot = take_snapshot(folder, Path(working) / "fork.git")
        lineage = lineage_of(snapshot, name)
        template = snapshot.template(lineage.name)
        subject = _Subject(snapshot, lineage, template, config_of(template), _sample_answers(lineage.name))
        results = tuple(_results(subject, with_tools=with_tools))
    upstream = lineage.base.version if lineage.base else None
    return Checked(lineage.name, snapshot.folder, snapshot.head, snapshot.is_dirty, upstream, results)


def _sample_answers(name: str) -> dict[str, Mapping[str, object]]:
    one = backend(name)
    return {shape: one.answers(sample(shape)).model_dump(mode="json") for shape in SAMPLES}


def _results(subject: _Subject, *, with_tools: bool) -> Iterator[Result]:
    snapshot, lineage = subject.snapshot, subject.lineage
    yield _questions(subject)
    yield result("settings", "copier.yml", check_settings(subject.config, snapshot.files()))
    tags = snapshot.tags()
    yield result("tags", f"{len(tags)} of your own", check_tags(snapshot, lineage))
    steps = {
        (_called(old, snapshot, tags), shape): Step(shape, old, subject.template, answers)
        for old, (shape, answers) in product(earlier_releases(snapshot, lineage), subject.answers.items())
    }
    asked = subject.questions
    jobs: dict[tuple[str, str], list[RenderJob]] = {
        ("", shape): [RenderJob(subject.template, {name: answers[name] for name in answers if name in asked})]
        for shape, answers in subject.answers.items()
    }
    first = render_each(jobs | {key: first_jobs(step) for key, step in steps.items()})
    again = render_each(_again(subject, steps, first))
    trees: dict[str, Tree] = {}
    for shape in subject.answers:
        rendered = first["", shape]
        yield _sample(subject, shape, rendered, again.get(("", shape)))
        if not isinstance(rendered, TemplateError):
            trees[shape] = rendered[0]
    if with_tools:
        yield from ask_tools(lineage.name, trees, {shape: _secrets(subject.answers[shape]) for shape in trees})
    yield from _updates(steps, first, again)


def _called(old: Template, snapshot: Snapshot, tags: Collection[str]) -> str:
    """Return what a release is called: a fork may have a version of upstream's as its own."""
    is_upstreams = old.repository != snapshot.repository
    return f"upstream's {old.version}" if is_upstreams and old.version in tags else old.version


def _questions(subject: _Subject) -> Result:
    model = type(backend(subject.lineage.name).answers(sample(SAMPLES[0])))
    base = subject.lineage.base
    found = check_questions(subject.questions, model, set(questions_of(base)) if base else None)
    own = sum(name not in model.model_fields for name in subject.questions)
    return result("questions", f"{len(subject.questions) - own} of the contract, {own} of your own", found)


def _again(
    subject: _Subject, steps: Mapping[tuple[str, str], Step], first: Mapping[tuple[str, str], Rendered]
) -> dict[tuple[str, str], list[RenderJob]]:
    """Return what is rendered from what was recorded."""
    jobs = {}
    for key, rendered in first.items():
        if isinstance(rendered, TemplateError):
            continue
        try:
            recorded = recorded_in(rendered[0]).answers
        except PreconditionError:  # the sample's own result says so
            continue
        jobs[key] = later_jobs(steps[key], recorded) if key in steps else [RenderJob(subject.template, recorded)]
    return jobs


def _sample(subject: _Subject, shape: str, first: Rendered, again: Rendered | None) -> Result:
    """Judge what a sample was rendered into."""
    check = f"sample {shape}"
    if isinstance(first, TemplateError):
        return result(check, "cannot be rendered", [unrendered(first)])
    [tree] = first
    found = check_answers_file(tree, subject.template) + check_files(tree, subject.lineage.name)
    if isinstance(again, TemplateError):
        found.append(unrendered(again, "rendered again from the recorded answers"))
    elif again is not None:
        found += differences(tree, again[0])
    return result(
        check, f"{len(tree)} files, the same when rendered again" if not found else f"{len(tree)} files", found
    )


def _secrets(answers: Mapping[str, object]) -> Sequence[str]:
    names = answers.get("secrets")
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _updates(
    steps: Mapping[tuple[str, str], Step],
    first: Mapping[tuple[str, str], Rendered],
    again: Mapping[tuple[str, str], Rendered],
) -> Iterator[Result]:
    """Judge the updates, one result for each earlier release."""
    versions = list(dict.fromkeys(version for version, _ in steps))
    if not versions:
        yield Result("updates", "skipped", "there is no earlier release to update from")
    for version in versions:
        found: list[Finding] = []
        edits = decisions = 0
        for key, step in steps.items():
            if key[0] != version:
                continue
            written = first[key]
            if isinstance(written, TemplateError):
                found.append(unrendered(written, f"{key[1]}, as {version} makes it"))
                continue
            if key not in again:
                found.append(Finding("it recorded nothing that could be updated", key[1], _UNTAG))
                continue
            lost, made, left = update_findings(step, written[0], again[key])
            found, edits, decisions = found + lost, edits + made, decisions + left
        detail = f"{edits} edits kept" if not found else f"{edits} edits"
        yield result(f"update from {version}", f"{detail}, {decisions} files left to a person", found)
