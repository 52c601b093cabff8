"""Runs the hooks of one backend, phase by phase, and collects what they report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from dazzle_infra.errors import DazzleInfraError, PreconditionError
from dazzle_infra.hooks.contributions import changed, problem_of
from dazzle_infra.hooks.masking import secrets_of
from dazzle_infra.hooks.outcome import Outcome
from dazzle_infra.hooks.protocol import PHASES, HookContext, HookError, HookResult, Phase
from dazzle_infra.hooks.selection import OWN, PROJECT, Chosen, Selection
from dazzle_infra.transaction.staging import Write
from dazzle_infra.values.trees import Tree

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

__all__ = ["HookRun", "Report", "run_after"]

_THREADS: Final = 4


@dataclass(frozen=True)
class Report:
    """What one hook did in one phase. Secrets in its texts are masked.

    Attributes:
        hook: Its name.
        phase: The phase.
        success: Whether it succeeded.
        message: Why not, or a remark.
        has_failed: Whether it did not return a result, rather than one that reports a problem.
        is_fatal: Whether its failure makes the exit code 1.
        display: Lines to print at the end.
        next_steps: Commands for a person to run next.
    """

    hook: str
    phase: Phase
    success: bool = True
    message: str = ""
    has_failed: bool = False
    is_fatal: bool = False
    display: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()


class HookRun:
    """The hooks of one backend in one run.

    Attributes:
        selection: The hooks.
        context: What they can read; each phase adds to it.
        reports: What they reported so far, in the order of phases and hooks.
    """

    def __init__(self, selection: Selection, context: HookContext) -> None:
        """Prepare the run.

        Args:
            selection: The hooks.
            context: What they can read.
        """
        self.selection = selection
        self.context = context
        self._reports: list[tuple[int, int, Report]] = []

    @property
    def reports(self) -> list[Report]:
        """What the hooks reported so far, in the order of phases and hooks."""
        return [report for *_, report in sorted(self._reports, key=lambda kept: kept[:2])]

    def before(self) -> None:
        """Run the phase `before`.

        Raises:
            DazzleInfraError: A hook refuses the run, or fails.
        """
        for one in self._of("before"):
            self._keep(one, "before", self._run(one, "before"))

    def contribute(self, answers: Mapping[str, object], rendered: Tree) -> tuple[Write, ...]:
        """Run the phase `contribute`, and return the files for the change set.

        Args:
            answers: The answers of the template.
            rendered: The files that the template rendered.

        Raises:
            DazzleInfraError: A hook refuses the run, or fails, or its files cannot be written.
        """
        self.context = replace(self.context, answers=answers, rendered=rendered)
        for one in self._of("contribute"):
            outcome = self._run(one, "contribute")
            if outcome.is_well and (problem := problem_of(outcome.result.writes, self.context)):
                outcome = Outcome.failed(problem)
            self._keep(one, "contribute", outcome)
            if outcome.is_well:
                added = {write.path: write for write in changed(outcome.result.writes)}
                self.context = replace(self.context, pending={**self.context.pending, **added})
        return tuple(self.context.pending.values())

    def start_after(self, threads: ThreadPoolExecutor) -> Callable[[], None]:
        """Start the phase `after`; its failures become reports.

        Args:
            threads: Where hooks run that may run at the same time as others.

        Returns:
            A function that waits for the end of the phase.
        """
        waiting: list[tuple[Chosen, Future[Outcome]]] = []

        def settle() -> None:
            while waiting:
                one, future = waiting.pop(0)
                self._keep(one, "after", future.result())

        for one in self._of("after"):
            if any(earlier.name in one.hook.after_hooks for earlier, _ in waiting):
                settle()
            if one.hook.concurrent:
                waiting.append((one, threads.submit(self._run, one, "after")))
            else:
                self._keep(one, "after", self._run(one, "after"))
        return settle

    def _of(self, phase: Phase) -> list[Chosen]:
        return [one for one in self.selection.of("runs") if phase in one.phases]

    def _run(self, one: Chosen, phase: Phase) -> Outcome:
        context = replace(self.context, phase=phase, options=one.options)
        function: Callable[[HookContext], HookResult] = getattr(one.hook, phase)
        if one.origin not in (OWN, PROJECT):
            # It starts a thread and reads what that prints; most runs have no such hook.
            from dazzle_infra.hooks.foreign import call_hook

            return call_hook(function, context, phase, one.seconds)
        try:
            result = function(context)
        except HookError as error:
            return Outcome.failed(str(error))
        except Exception as error:
            if phase != "after":  # a message and an exit code of its own
                raise
            return Outcome.failed(f"raised {type(error).__name__}: {error}")
        if result.writes and phase != "contribute":
            return Outcome.failed(f"returned files in the phase {phase}; only contribute can")
        return Outcome(result)

    def _keep(self, one: Chosen, phase: Phase, outcome: Outcome) -> None:
        """Keep the report and the artifacts of a hook.

        Raises:
            DazzleInfraError: It refuses the run, or fails.
        """
        result = outcome.result
        mask = secrets_of(self.context) if result.message or result.display_to_user or result.next_steps else str
        message = mask(result.message)
        is_fatal = not outcome.is_well and one.on_failure == "fail"
        if is_fatal and phase != "after":
            kind = DazzleInfraError if outcome.has_failed else PreconditionError
            says = f" {message}" if outcome.has_failed else f": {message or 'refuses this run'}"
            raise kind(
                f"hook {one.name}{says}",
                code="hook",
                where=one.where,
                hint="correct the cause, or remove the hook from [infra.hooks]" if one.where else None,
            )
        steps = result.next_steps if one.origin == OWN else tuple(map(mask, result.next_steps))
        report = Report(
            one.name,
            phase,
            outcome.is_well,
            message,
            outcome.has_failed,
            is_fatal,
            tuple(map(mask, result.display_to_user)),
            steps if outcome.is_well else (),
        )
        place = PHASES.index(phase), self.selection.hooks.index(one)
        self._reports.append((*place, report))
        if outcome.is_well:
            self.context = replace(self.context, artifacts=(*self.context.artifacts, *result.artifacts))


def run_after(runs: Sequence[HookRun]) -> None:
    """Run the phase `after` of several backends."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(_THREADS, thread_name_prefix="hook") as threads:
        for settle in [run.start_after(threads) for run in runs]:
            settle()
