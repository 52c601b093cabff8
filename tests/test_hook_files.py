"""Files that a hook returns and that cannot be written: one message, and nothing is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dazzle_infra.hooks import Hook, HookContext, HookResult, register_hook, unregister_hook
from dazzle_infra.transaction.staging import Write
from dazzle_infra.values.trees import File
from tests.support.cli import MANIFEST, run_here, small_project
from tests.support.trees import read_tree

FILES = {
    "NUL": (("a\0b", "x"), "contains an invisible character"),
    "surrogate": (("\ud800", "x"), "is not valid Unicode"),
    "folder of git": ((".git/config", "x"), "a reserved directory"),
    "longer than a name": (("a" * 300, "x"), "a component of more than 255 bytes"),
    "the folder itself": ((".", "x"), "an empty component"),
    "absolute": (("/etc/motd", "x"), "is absolute"),
    "no text": (("a", 5), "text or bytes"),
    "in another case": (("COMPOSE.yaml", "x"), "beside infra/docker/compose.yaml; they cannot both exist"),
    "below a file": (("compose.yaml/x", "x"), "beside infra/docker/compose.yaml; they cannot both exist"),
    "set-user-ID": (("a", "x", 0o4755), "with the permissions 4755"),
}


@pytest.mark.parametrize(("arguments", "said"), FILES.values(), ids=FILES)
def test_a_file_that_cannot_be_written_is_named(tmp_path: Path, arguments: tuple[Any, ...], said: str) -> None:
    class Adds(Hook):
        name = "adds"

        def contribute(self, context: HookContext) -> HookResult:
            return HookResult(writes=(context.file(*arguments),))

    assert_refused(Adds, tmp_path, said)


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    class Adds(Hook):
        name = "adds"

        def contribute(self, context: HookContext) -> HookResult:
            return HookResult(writes=(Write("infra/docker/a", File("text", None), None),))  # type: ignore[arg-type]

    assert_refused(Adds, tmp_path, "returned writes that HookContext.file did not make")


def test_a_file_is_returned_once(tmp_path: Path) -> None:
    class Adds(Hook):
        name = "adds"

        def contribute(self, context: HookContext) -> HookResult:
            return HookResult(writes=(context.file("a", "1"), context.file("a", "2")))

    assert_refused(Adds, tmp_path, "more than once")


def assert_refused(hook: type[Hook], tmp_path: Path, said: str) -> None:
    project = small_project(tmp_path / "desk", f'{MANIFEST}[infra.hooks]\npre_build = ["adds"]\n')
    before = read_tree(project)
    register_hook(hook)
    try:
        ran = run_here("docker", "--json", cwd=project)
    finally:
        unregister_hook("adds")
    assert (ran.status, ran.json["code"]) == (1, "hook"), ran
    assert said in ran.json["message"]
    assert read_tree(project) == before
