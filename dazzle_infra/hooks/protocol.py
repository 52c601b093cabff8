"""The hook protocol: what runs before a render, adds files to the change set, and runs after the files are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from dazzle_infra.appspec import AppSpec
from dazzle_infra.hooks.here import relative_path
from dazzle_infra.requirements import Inferred
from dazzle_infra.transaction.staging import Write
from dazzle_infra.values.placement import Place
from dazzle_infra.values.trees import File, Tree

if TYPE_CHECKING:
    from dazzle_infra.workload.model import Workload

__all__ = [
    "PHASES",
    "Failure",
    "Hook",
    "HookContext",
    "HookError",
    "HookOptions",
    "HookResult",
    "Phase",
]

Phase = Literal["before", "contribute", "after"]
Failure = Literal["fail", "warn"]
PHASES: Final[tuple[Phase, ...]] = ("before", "contribute", "after")

_Artifact = TypeVar("_Artifact")


class HookError(Exception):
    """A hook could not do its work; the message is the rest of a sentence about it."""


class HookOptions(BaseModel):
    """The options of a hook: the keys of its table `[infra.hooks.NAME]`. An unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


@dataclass(frozen=True, kw_only=True)
class HookContext:
    """What a hook can read. It changes nothing in here; it returns a `HookResult`.

    Attributes:
        project: The project's root.
        application: The name of the application.
        appspec: The model.
        requirements: What the application needs, with evidence, and the variables that it reads.
        backend: The name of the backend.
        root: The folder that paths of files are relative to: the project's root, or the top of its git repository for
            a backend that writes there.
        place: Where the files are.
        final_place: Where the files are after the run; it differs from `place` where an update moves them.
        answers: The answers to the questions of the template.
        rendered: The files that the template rendered in this run; empty in the phase `before`, and where nothing had
            to be rendered.
        pending: The files that earlier hooks of this run contribute, by path relative to `root`.
        phase: The current phase.
        dry_run: Whether this run writes nothing: `--dry-run`, `plan` and `check`.
        is_update: Whether the files exist and are updated.
        is_quiet: Whether the run prints no text, so that what is only displayed need not be found out.
        options: The options of this hook, an instance of its `Options`.
        artifacts: What earlier hooks of this run returned as `artifacts`, in their order.
        make_workload: Returns `workload`.
    """

    project: Path
    application: str
    appspec: AppSpec
    requirements: Inferred
    backend: str
    root: Path
    place: Place
    final_place: Place
    answers: Mapping[str, object]
    rendered: Tree = field(default_factory=dict)
    pending: Mapping[str, Write] = field(default_factory=dict)
    phase: Phase = "before"
    dry_run: bool = False
    is_update: bool = False
    is_quiet: bool = False
    options: BaseModel = field(default_factory=HookOptions)
    artifacts: tuple[object, ...] = ()
    make_workload: Callable[[], Workload] = field(repr=False, compare=False)

    @property
    def workload(self) -> Workload:
        """What runs and what it needs, independent of any tool: services, stores, variables, schedules, image."""
        return self.make_workload()

    @property
    def directory(self) -> str:
        """The output directory, POSIX, relative to `root`; `.` for files at the top of a repository."""
        return self.place.directory

    @property
    def final_directory(self) -> str:
        """The output directory after the run."""
        return self.final_place.directory

    @property
    def shown_directory(self) -> str:
        """The output directory after the run, relative to the working directory: for commands to paste."""
        return relative_path(self.root / self.final_directory)

    def artifact(self, kind: type[_Artifact]) -> _Artifact | None:
        """Return the newest artifact of that type, or None."""
        return next((one for one in reversed(self.artifacts) if isinstance(one, kind)), None)

    def content(self, path: str) -> bytes | None:
        """Return what a file contains that an earlier hook contributes, or else the file on disk; None for neither.

        Args:
            path: POSIX, relative to the output directory.

        Raises:
            OSError: The file exists and cannot be read.
        """
        place = self.place.at(path)
        if place in self.pending:
            file = self.pending[place].file
            return None if file is None else file.content
        target = self.root / place
        return target.read_bytes() if target.is_file() else None

    def file(self, path: str, content: str | bytes, mode: int = 0o644) -> Write:
        """Return a file for `HookResult.writes`.

        Args:
            path: POSIX, relative to the output directory.
            content: What the file contains. Where there is a file already, it starts with the content of that file.
            mode: The permissions of a new file: 0o644, 0o755, 0o600 or 0o700.

        Raises:
            TypeError: The path is not text, or the content is neither text nor bytes.
            ValueError: The path is absolute.
        """
        if not isinstance(path, str) or not isinstance(content, str | bytes):
            raise TypeError("a file needs a path that is text, and content that is text or bytes")
        if path.startswith("/"):
            raise ValueError(f"{path} is absolute; the path is relative to the output directory")
        data = content.encode() if isinstance(content, str) else content
        place = self.place.at(path)
        target = self.root / place
        before = target.read_bytes() if target.is_file() else None
        return Write(place, File(data, mode), before)


@dataclass(frozen=True)
class HookResult:
    """What a hook returns.

    Attributes:
        success: False if the hook refuses the run or failed.
        message: One sentence: the reason, where `success` is false.
        artifacts: Objects for later hooks of this run, which find them by type: `HookContext.artifact`.
        display_to_user: Lines to print at the end of the run. Secrets in them are masked.
        next_steps: Commands for a person to run next, in their order.
        writes: Files for the change set, in the phase `contribute` alone. They are added, or extended at their end;
            an existing line is never changed. `HookContext.file` makes them.
    """

    success: bool = True
    message: str = ""
    artifacts: tuple[object, ...] = ()
    display_to_user: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()
    writes: tuple[Write, ...] = ()


class Hook:
    """The base of hooks. A hook runs in the phases whose methods it overrides.

    Attributes:
        api: The version of this protocol.
        name: The name in dazzle.toml and in messages: lower-case letters, digits and `_`.
        summary: One line for `dazzle infra hooks`.
        after_hooks: Names of hooks that run earlier in the same phase, if they run at all.
        backends: Names of the backends that it runs for; empty for all.
        opt_in: Whether it runs only if `[infra.hooks]` names it.
        Options: The model of its table `[infra.hooks.NAME]`.
        on_failure: `fail`: a failure ends the run before anything is written, or makes the exit code 1 where it is
            written; `warn`: it is reported.
        seconds: The time limit of one phase, in seconds.
        concurrent: Whether its phase `after` may run at the same time as other hooks.
    """

    api: ClassVar[int] = 1
    name: str
    summary: str = ""
    after_hooks: ClassVar[tuple[str, ...]] = ()
    backends: ClassVar[tuple[str, ...]] = ()
    opt_in: ClassVar[bool] = True
    Options: ClassVar[type[BaseModel]] = HookOptions
    on_failure: Failure = "fail"
    seconds: float = 60
    concurrent: ClassVar[bool] = False

    def before(self, context: HookContext) -> HookResult:
        """Check, before anything is rendered, whether the run is possible."""
        return HookResult()

    def contribute(self, context: HookContext) -> HookResult:
        """Return files that are written together with the rendered ones."""
        return HookResult()

    def after(self, context: HookContext) -> HookResult:
        """Report, display or run something, when everything is written."""
        return HookResult()

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The phases in which it runs."""
        return tuple(phase for phase in PHASES if getattr(type(self), phase) is not getattr(Hook, phase))
