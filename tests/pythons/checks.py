"""What must hold on every Python: a render, an update, and every attack. `tests/test_pythons.py` runs this on each."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from dazzle_infra.errors import DazzleInfraError
from dazzle_infra.rendering import process, tree
from dazzle_infra.rendering.pool import Workers
from dazzle_infra.rendering.process import start_process
from dazzle_infra.rendering.worker.copier_patches import are_tested
from scripts.pythons import LIBRARIES
from tests.support.attacks import HARMLESS, REFUSED, rendered
from tests.support.cli import MANIFEST, run_cli, small_project
from tests.support.guarded import MOST, SECRET, Attacks
from tests.support.hostile import ENDLESS, Content
from tests.support.plain import claimed, rendered_tree
from tests.support.stored import is_stored, repeat, settle
from tests.support.trees import build_tree

ROOT = Path(__file__).parents[2]
PINNED = '[infra.docker]\nref = "v1.0.0"\n'
RUNNING = sys.version_info[:2]


def test_the_libraries_are_those_that_the_patches_are_tested_with() -> None:
    assert (version("copier"), version("jinja2")) == LIBRARIES.get(RUNNING, (version("copier"), version("jinja2")))


def test_an_update_takes_in_a_release_and_keeps_an_edit(tmp_path: Path) -> None:
    project = small_project(tmp_path, f"{MANIFEST}\n{PINNED}")
    assert run_cli("docker", cwd=project).status == 0
    edited = project / "infra/docker/compose.yaml"
    edited.write_text(f"{edited.read_text()}# edited\n")
    (project / "dazzle.toml").write_text(MANIFEST)
    ran = run_cli("update", cwd=project)
    assert ran.status == 0, ran.err
    assert edited.read_text().endswith("# edited\n")
    assert "_commit: v1.0.0" not in (project / "infra/docker/.copier-answers.yml").read_text()


@pytest.mark.parametrize("path", ["package.json", "uv.lock", "dsl/new.dsl", "infra/docker/own.txt", ".dazzle/x"])
def test_a_stored_check_sees_a_file_that_appears(tmp_path: Path, path: str) -> None:
    project = small_project(tmp_path / "p")
    assert run_cli("docker", cwd=project).status == 0
    for _ in range(2):
        settle()
        repeat("check", cwd=project)
    assert is_stored("check", cwd=project)
    build_tree(project, {path: ""})
    assert not is_stored("check", cwd=project)


@pytest.mark.slow
def test_patched_and_plain_renders_of_a_large_application_are_the_same_bytes(tmp_path: Path) -> None:
    project = Path(shutil.copytree(ROOT / "examples/02-ticket-desk", tmp_path / "project"))
    command = ("all", "--appspec", "appspec.json.gz")
    tree, is_patched = rendered_tree(project, *command)
    assert is_patched is are_tested()
    assert len(tree) > 150
    untested = claimed(tmp_path / "site", "copier", "9.19.99")
    assert rendered_tree(project, *command, environment=untested) == (tree, False)


@pytest.fixture(scope="module")
def attacks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacks]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAZZLE_INFRA_CACHE_DIR", str(tmp_path_factory.mktemp("cache-of-attacks")))
        patch.setenv("SECRET_OF_MINE", SECRET)
        patch.setattr(tree, "MOST_RENDERED", MOST)
        patch.setattr(process, "start_process", start_process)  # a process of its own, as a command starts it
        with Workers(is_busy=True) as workers:
            yield Attacks(tmp_path_factory.mktemp("attacks"), workers)


SLOW = {"a huge file", "a large text"}
"""What is refused for its size by limits that are not Python's, and takes long to make."""


@pytest.mark.parametrize(
    ("files", "words"),
    [pytest.param(*rest, id=name, marks=[pytest.mark.slow] if name in SLOW else []) for name, *rest in REFUSED],
)
def test_a_hostile_template_is_refused(attacks: Attacks, files: dict[str, Content], words: str) -> None:
    with pytest.raises(DazzleInfraError) as raised:
        attacks.render(files)
    assert (
        words.replace("5,000 files", f"{MOST} files")
        in f"{raised.value.message}\n{raised.value.where}\n{raised.value.hint}"
    )
    assert SECRET not in f"{raised.value.message}"
    assert raised.value.code != "internal"
    assert not attacks.has_harmed()


@pytest.mark.parametrize(("files", "content"), [pytest.param(*rest, id=name) for name, *rest in HARMLESS])
def test_what_has_no_power_is_rendered(attacks: Attacks, files: dict[str, Content], content: str) -> None:
    assert attacks.render(files)["a.txt"].content.decode() == content
    assert not attacks.has_harmed()


def test_a_loop_without_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "CPU_SECONDS", 0)
    monkeypatch.setattr(process, "start_process", start_process)
    with Workers() as workers, pytest.raises(DazzleInfraError, match="more than 0 s of processor time"):
        Attacks(tmp_path, workers).render(rendered(ENDLESS))
