"""The check of a fork against the contract, in several parts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from dazzle_infra.backends.answer_fields import field_tree
from dazzle_infra.contract.fields import check_fields
from dazzle_infra.contract.findings import Finding, Result, result
from dazzle_infra.contract.jobs import Rendered, render_each, unrendered
from dazzle_infra.contract.lineage import check_tags, earlier_releases, lineage_of
from dazzle_infra.contract.questions import check_questions, check_settings
from dazzle_infra.contract.rendered import check_answers_file, check_files, differences, recorded_in
from dazzle_infra.contract.snapshot import Snapshot, take_snapshot
from dazzle_infra.contract.subject import Subject, answers_model, checked_backend, sample_answers
from dazzle_infra.contract.tools import ask_tools
from dazzle_infra.contract.updates import Step, first_jobs, later_jobs, update_findings
from dazzle_infra.errors import PreconditionError, TemplateError
from dazzle_infra.rendering.pool import RenderJob
from dazzle_infra.templates import TEMPLATE_NAMES, Template, known_answers, questions_of, require_git
from dazzle_infra.templates.contents import FIELDS_FILE
from dazzle_infra.templates.fields import fields_of
from dazzle_infra.templates.questions import config_of
from dazzle_infra.values.trees import Tree

__all__ = ["Checked", "check_template"]

_UNTAG = "applications created from this tag cannot be updated; delete the tag if none exist"


@dataclass(frozen=True)
class Checked:
    """The result of a check.

    Attributes:
        name: The name of the embedded template whose contract is checked.
        folder: The folder of the fork.
        head: The commit that is checked out; None for a folder that is not a repository.
        is_dirty: Whether uncommitted changes were checked too.
        upstream: The upstream release on which the fork is based, or None.
        results: The results of the parts, in their order.
    """

    name: str
    folder: Path
    head: str | None
    is_dirty: bool
    upstream: str | None
    results: tuple[Result, ...]

    @property
    def holds(self) -> bool:
        """Whether the fork meets the contract."""
        return all(one.status != "failed" for one in self.results)


def check_template(folder: Path, name: str | None = None, *, with_tools: bool = True) -> Checked:
    """Check the fork in a folder against the contract.

    Args:
        folder: The folder of the fork; uncommitted changes are checked too.
        name: The embedded template that it forks; None to determine it.
        with_tools: Whether to run the tools that are on PATH.

    Raises:
        PreconditionError: There is no template in the folder.
        TemplateError: Its `copier.yml` or its `answer-fields.yml` cannot be read.
        UsageError: The forked template cannot be determined.
    """
    require_git()
    with TemporaryDirectory(prefix="dazzle-infra-contract-") as working:
        snapshot = take_snapshot(folder, Path(working) / "fork.git")
        lineage = lineage_of(snapshot, name)
        template = snapshot.template(lineage.name)
        answers = sample_answers(lineage.name, template, Path(working) / "samples")
        subject = Subject(snapshot, lineage, template, config_of(template), answers)
        results = tuple(_results(subject, with_tools=with_tools))
    upstream = lineage.base.version if lineage.base else None
    return Checked(lineage.name, snapshot.folder, snapshot.head, snapshot.is_dirty, upstream, results)


def _results(subject: Subject, *, with_tools: bool) -> Iterator[Result]:
    snapshot, lineage = subject.snapshot, subject.lineage
    yield _questions(subject)
    yield _fields(subject)
    yield result("settings", "copier.yml", check_settings(subject.config, snapshot.files()))
    tags = snapshot.tags()
    yield result("tags", f"{len(tags)} of your own", check_tags(snapshot, lineage))
    steps = {
        (_called(old, snapshot, tags), shape): Step(shape, old, subject.template, answers)
        for old, (shape, answers) in product(earlier_releases(snapshot, lineage), subject.answers.items())
    }
    jobs: dict[tuple[str, str], list[RenderJob]] = {
        ("", shape): [RenderJob(subject.template, known_answers(subject.template, answers).answers)]
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
        yield from ask_tools(
            checked_backend(lineage.name).file_checks(),
            trees,
            {shape: _secrets(subject.answers[shape]) for shape in trees},
        )
    yield from _updates(steps, first, again)


def _called(old: Template, snapshot: Snapshot, tags: Collection[str]) -> str:
    """Return the name of a release. A release of the fork can have the same version as an upstream release."""
    is_upstreams = old.repository != snapshot.repository
    return f"upstream's {old.version}" if is_upstreams and old.version in tags else old.version


def _questions(subject: Subject) -> Result:
    model = answers_model(subject)
    base = subject.lineage.base
    found = check_questions(subject.questions, model, set(questions_of(base)) if base else None)
    own = sum(name not in model.model_fields for name in subject.questions)
    return result("questions", f"{len(subject.questions) - own} of the contract, {own} added by the fork", found)


def _fields(subject: Subject) -> Result:
    """Check the tree of fields against the questions and the answers of the samples."""
    tree = fields_of(subject.template)
    if tree is None and subject.lineage.name not in TEMPLATE_NAMES:
        return Result("fields", "skipped", f"no {FIELDS_FILE}: the template gets the answers that it asks for, whole")
    if tree is None:
        hint = f"copy {FIELDS_FILE} from the newest embedded template: git show upstream/main:{FIELDS_FILE}"
        missing = f"no {FIELDS_FILE}: the template may receive fields that it does not support"
        return result("fields", "none", [Finding(missing, FIELDS_FILE, hint, breaks=False)])
    model = field_tree(answers_model(subject))
    fitted = [known_answers(subject.template, answers) for answers in subject.answers.values()]
    found = check_fields(tree, subject.questions, model, [misfit for one in fitted for misfit in one.misfits])
    return result("fields", f"{len(tree)} answers", found)


def _again(
    subject: Subject, steps: Mapping[tuple[str, str], Step], first: Mapping[tuple[str, str], Rendered]
) -> dict[tuple[str, str], list[RenderJob]]:
    """Return the jobs that render from the recorded answers of the first renders."""
    jobs = {}
    for key, rendered in first.items():
        if isinstance(rendered, TemplateError):
            continue
        try:
            recorded = recorded_in(rendered[0]).answers
        except PreconditionError:  # the result of the sample reports this
            continue
        jobs[key] = later_jobs(steps[key], recorded) if key in steps else [RenderJob(subject.template, recorded)]
    return jobs


def _sample(subject: Subject, shape: str, first: Rendered, again: Rendered | None) -> Result:
    """Return the result of a sample's render."""
    check = f"sample {shape}"
    if isinstance(first, TemplateError):
        return result(check, "cannot be rendered", [unrendered(first)])
    [tree] = first
    found = check_answers_file(tree, subject.template) + check_files(
        tree, checked_backend(subject.lineage.name).required_files
    )
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
    """Yield the results of the updates, one for each earlier release."""
    versions = list(dict.fromkeys(version for version, _ in steps))
    if not versions:
        yield Result("updates", "skipped", "no earlier release to update from")
    for version in versions:
        found: list[Finding] = []
        edits = decisions = 0
        for key, step in steps.items():
            if key[0] != version:
                continue
            written = first[key]
            if isinstance(written, TemplateError):
                found.append(unrendered(written, f"{key[1]}, rendered with {version}"))
                continue
            if key not in again:
                found.append(Finding("the render recorded no answers file, so updates are impossible", key[1], _UNTAG))
                continue
            lost, made, left = update_findings(step, written[0], again[key])
            found, edits, decisions = found + lost, edits + made, decisions + left
        detail = f"{edits} edits kept" if not found else f"{edits} edits"
        yield result(f"update from {version}", f"{detail}, {decisions} files left to the user", found)
