"""The hooks of one backend: those of dazzle-infra, of packages and of the project; and why others do not run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel

from dazzle_infra.errors import UsageError, Where
from dazzle_infra.hooks.order import in_order
from dazzle_infra.hooks.protocol import Failure, Hook, HookOptions, Phase
from dazzle_infra.hooks.registry import OWN, BrokenPackage, Registered, known_hooks
from dazzle_infra.plugins.calls import PluginError
from dazzle_infra.project.manifest import Manifest
from dazzle_infra.project.manifest.hooks import EXECUTABLE
from dazzle_infra.values.words import nearest, quoted

__all__ = ["OWN", "PROJECT", "Chosen", "Selection", "State", "select"]

PROJECT: Final = "this project"
"""The origin of executables."""

_LISTS: Final[dict[str, frozenset[Phase]]] = {
    "pre_build": frozenset({"before", "contribute"}),
    "post_build": frozenset({"after"}),
}
State = Literal["runs", "skipped", "not allowed", "opt-in"]


@dataclass(frozen=True)
class Chosen:
    """One hook, and whether it runs.

    Attributes:
        hook: The hook.
        origin: Where it is from: dazzle-infra, a package and its version, or the project.
        phases: The phases in which it runs.
        options: Its options.
        state: Whether it runs, or why not.
        where: The key of dazzle.toml that names it; None where none does.
        remark: What to do to make it run; empty where nothing has to be done.
    """

    hook: Hook
    origin: str
    phases: tuple[Phase, ...]
    options: BaseModel
    state: State = "runs"
    where: Where | None = None
    remark: str = ""

    @property
    def name(self) -> str:
        """The hook's name."""
        return self.hook.name

    @property
    def on_failure(self) -> Failure:
        """What a failure means: of an executable as its options say, of others as the hook does."""
        stated: Failure | None = getattr(self.options, "on_failure", None) if self.origin == PROJECT else None
        return stated or self.hook.on_failure

    @property
    def seconds(self) -> float:
        """Its time limit: of an executable as its options say, of others as the hook does."""
        stated: float | None = getattr(self.options, "seconds", None) if self.origin == PROJECT else None
        return stated or self.hook.seconds


@dataclass(frozen=True)
class Selection:
    """The hooks of one backend.

    Attributes:
        hooks: All of them; those that run are in their order.
        broken: Packages whose hooks cannot be used.
    """

    hooks: tuple[Chosen, ...] = ()
    broken: tuple[BrokenPackage, ...] = ()

    def of(self, state: State) -> list[Chosen]:
        """Return the hooks in that state."""
        return [one for one in self.hooks if one.state == state]

    def remarks(self) -> list[str]:
        """Return a sentence for each executable that is named and not allowed."""
        return [f"hook {one.name} was skipped: {one.remark}" for one in self.of("not allowed")]


def select(
    project: Path,
    manifest: Manifest,
    backend: str,
    own: Sequence[Registered],
    every: Sequence[Registered],
    *,
    own_only: bool = False,
) -> Selection:
    """Choose the hooks of a backend and bring them into their order.

    Args:
        project: The project's root.
        manifest: dazzle.toml, which adds hooks, removes hooks and sets options.
        backend: The backend's name.
        own: The hooks that this backend and dazzle-infra state.
        every: The hooks that all backends and dazzle-infra state.
        own_only: Whether to leave out packages and the project, whose hooks may take long.

    Raises:
        UsageError: dazzle.toml names a hook that does not exist or has another phase, or options that cannot be; or
            hooks depend on each other in a circle.
        PreconditionError: An executable is not a file that can run.
    """
    if own_only:
        return _ordered([_chosen(one, manifest, _listed(manifest)) for one in own if one.origin == OWN], manifest, ())
    known, broken = known_hooks(every)
    _check_names(manifest, known, broken)
    origins = {one.hook.name: one.origin for one in known}
    stated = {one.hook.name for one in every}
    ours = [one for one in own if origins.get(one.hook.name) == one.origin]
    ours += [one for one in known if one.hook.name not in stated and backend in (one.hook.backends or (backend,))]
    listed = _listed(manifest)
    chosen = [_chosen(one, manifest, listed) for one in ours]
    executables = {name: keys for name, keys in listed.items() if name.startswith(EXECUTABLE)}
    chosen += [_executable(project, manifest, name, keys) for name, keys in executables.items()]
    return _ordered(chosen, manifest, broken)


def _ordered(chosen: list[Chosen], manifest: Manifest, broken: Sequence[BrokenPackage]) -> Selection:
    places = {name: place for place, name in enumerate(_listed(manifest))}
    chosen.sort(key=lambda one: places.get(one.name, -1))
    running = {one.name: one for one in chosen if one.state == "runs"}
    ordered = in_order([one.hook for one in running.values()], manifest.where("infra", "hooks"))
    rest = [one for one in chosen if one.state != "runs"]
    return Selection((*(running[hook.name] for hook in ordered), *rest), tuple(broken))


def _listed(manifest: Manifest) -> dict[str, tuple[str, ...]]:
    """Return the names in `pre_build` and `post_build` in their order, each with the lists that name it."""
    found: dict[str, tuple[str, ...]] = {}
    for key in _LISTS:
        for name in getattr(manifest.infra.hooks, key):
            found[name] = (*found.get(name, ()), key)
    return found


def _chosen(one: Registered, manifest: Manifest, listed: dict[str, tuple[str, ...]]) -> Chosen:
    hook, hooks = one.hook, manifest.infra.hooks
    where = _where(manifest, listed[hook.name][0], hook.name) if hook.name in listed else None
    made = Chosen(hook, one.origin, hook.phases, HookOptions(), where=where)
    if hook.name in hooks.options:
        made = replace(made, options=_options(hook, one.origin, manifest))
    if hook.name in hooks.skip:
        return replace(made, state="skipped", remark="[infra.hooks] skip names it")
    if hook.opt_in and hook.name not in listed:
        key = "post_build" if hook.phases == ("after",) else "pre_build"
        return replace(made, state="opt-in", remark=f"add it to [infra.hooks] {key} to run it")
    # Required options matter only where the hook runs.
    return made if hook.name in hooks.options else replace(made, options=_options(hook, one.origin, manifest))


def _executable(project: Path, manifest: Manifest, name: str, keys: tuple[str, ...]) -> Chosen:
    where = _where(manifest, keys[0], name)
    # Most projects have none.
    from dazzle_infra.hooks.executables import Executable

    phases: dict[str, Phase] = {"pre_build": "contribute", "post_build": "after"}
    hook = Executable(project, name)
    made = Chosen(hook, PROJECT, tuple(phases[key] for key in keys), _options(hook, PROJECT, manifest), where=where)
    if name in manifest.infra.hooks.skip:
        return replace(made, state="skipped", remark="[infra.hooks] skip names it")
    hook.check(where)
    return made if hook.is_allowed() else replace(made, state="not allowed", remark=hook.how_to_allow())


def _where(manifest: Manifest, key: str, name: str) -> Where:
    return manifest.where("infra", "hooks", key, getattr(manifest.infra.hooks, key).index(name))


def _options(hook: Hook, origin: str, manifest: Manifest) -> BaseModel:
    """Return the options of a hook, whose model may be code of another package.

    Raises:
        DazzleInfraError: They do not fit the model, or the model fails.
    """
    if origin in (OWN, PROJECT):
        return manifest.hook_options(hook.name, hook.Options)
    from dazzle_infra.plugins.calls import call

    return call(
        lambda: manifest.hook_options(hook.name, hook.Options), f"hook {hook.name} of {origin}, in its options,"
    )


def _check_names(manifest: Manifest, known: Sequence[Registered], broken: Sequence[BrokenPackage]) -> None:
    """Refuse names that are not those of a hook that can be used, and hooks in a list of other phases."""
    hooks, by_name = manifest.infra.hooks, {one.hook.name: one.hook for one in known}
    executables = {name for name in (*hooks.pre_build, *hooks.post_build) if name.startswith(EXECUTABLE)}
    for key, name in _named(manifest):
        if name in executables:
            continue
        where = manifest.where("infra", "hooks", name) if key is None else _where(manifest, key, name)
        package = next((one for one in broken if one.hook == name), None)
        if name not in by_name and package is not None:
            hint = "update or uninstall the package, or remove the hook from [infra.hooks]"
            raise PluginError(f"hook {name} cannot be used: {package}", where=where, hint=hint)
        if name not in by_name:
            raise _unknown(name, [*by_name, *executables], where, is_table=key is None)
        if key in _LISTS and not _LISTS[key] & set(by_name[name].phases):
            other = "post_build" if key == "pre_build" else "pre_build"
            raise UsageError(
                f"hook {name} does not run {'before' if key == 'pre_build' else 'after'} files are written",
                code="manifest",
                where=where,
                hint=f"name it in [infra.hooks] {other}",
            )


def _named(manifest: Manifest) -> Iterator[tuple[str | None, str]]:
    """Yield each name with the list that it is in; None for a table of options."""
    hooks = manifest.infra.hooks
    for key in (*_LISTS, "skip"):
        for name in getattr(hooks, key):
            yield key, name
    for name in hooks.options:
        yield None, name


def _unknown(name: str, known: Sequence[str], where: Where, *, is_table: bool) -> UsageError:
    near = nearest(name, known)
    guess = f"; did you mean {quoted(near)}?" if near else ""
    what = f"[infra.hooks.{name}] is not the table of a known hook" if is_table else f"unknown hook {quoted(name)}"
    hint = f"the hooks are {', '.join(sorted(known))}; others come with packages"
    if name.startswith(EXECUTABLE):
        hint = "name the executable in [infra.hooks] pre_build or post_build"
    return UsageError(f"{what}{guess}", code="manifest", where=where, hint=hint)
