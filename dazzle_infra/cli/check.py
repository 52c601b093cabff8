"""The work of `check`, which reports whether the model or a template changed, and writes nothing."""

from __future__ import annotations

from collections.abc import Sequence

from dazzle_infra.cli.answers import describe
from dazzle_infra.cli.choosing import named_backends
from dazzle_infra.cli.documents import any_pending, document_of
from dazzle_infra.cli.git_notes import missing_error
from dazzle_infra.cli.loading import load
from dazzle_infra.cli.options import Options
from dazzle_infra.cli.output import note_branch, note_ignored, output_of
from dazzle_infra.errors import ExitCode
from dazzle_infra.operations.conflicts import refuse_left_conflicts, refuse_open_conflicts
from dazzle_infra.operations.plan import plan
from dazzle_infra.operations.scopes import refuse_leftovers
from dazzle_infra.templates.memory import remembering
from dazzle_infra.values.words import shorten

__all__ = ["run_check"]

_LONGEST = 70
"""The longest reason of a change, in characters; `plan` prints all of it."""


@remembering()
def run_check(names: Sequence[str], options: Options) -> int:
    """Exit 3 if the model or a template changed since the files were generated."""
    output = output_of(options)
    application, _ = load(options)
    refuse_leftovers(application.project)
    refuse_open_conflicts(application.project)
    plans = plan(application, named_backends(names, application.manifest), own_hooks_only=True)
    refuse_left_conflicts([one.existing for one in plans])
    for one in plans:
        note_branch(output, one.existing.backend.name, one.target.template)
        note_ignored(output, f"{one.target.template.source} {one.target.template.version}", one.target.ignored)
    for one in plans:
        name = one.existing.backend.name
        if one.moves_template:
            old, new = one.existing.template, one.target.template
            if old.source != new.source:
                output.line(f"{name}: another template: {old.source} → {new.source}", hang=4)
            if old.version != new.version:
                output.line(f"{name}: new template version: {old.version} → {new.version}", hang=4)
            from dazzle_infra.cli.changes import print_changelog

            print_changelog(output, one)
        for answer in one.answers:
            if answer.is_internal:
                continue
            # Another version of the template can ask further questions, or have other defaults.
            is_asked = answer.name in one.existing.recorded.answers and answer.name in one.target.asked
            is_own = is_asked or not one.moves_template
            what = f"{answer.cause} changed" if is_own else "the template asks other questions"
            output.line(f"{name}: {what}: {describe(answer)} ({shorten(answer.because, _LONGEST)})", hang=4)
    error = missing_error(application.project, plans)
    if error is not None:
        error.besides.update(document_of(plans))
        raise error
    output.document(document_of(plans))
    return ExitCode.PENDING if any_pending(plans) else ExitCode.OK
