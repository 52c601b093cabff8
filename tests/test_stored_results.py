"""`check` and `update` with nothing to do print a stored result, unless anything that they read has changed."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest

from dazzle_infra.cache import results
from dazzle_infra.cache.location import cache_directory, cache_path
from dazzle_infra.cache.results import read_result
from tests.support.cli import SMALL, run_cli, run_here, small_project
from tests.support.stored import is_stored, repeat, settle
from tests.support.traces import traced_paths
from tests.support.trees import build_tree

MANIFEST = """[project]
name = "desk"

[infra]
appspec = "appspec.json"
runtime = "fastapi"

[infra.terraform]
environments = ["dev"]
"""


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A project in a repository, with the files of both backends, whose check is stored."""
    folder = tmp_path_factory.mktemp("generated")
    project = small_project(folder / "p", MANIFEST)
    build_tree(project, {"requirements.txt": b"-r more.txt\n", "more.txt": b"uvicorn\n", "desk/__init__.py": b""})
    git(project, "init", "--quiet", "--initial-branch", "main")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
        assert run_here("all", cwd=project).status == 0
        git(project, "add", "--all")
        git(project, "commit", "--quiet", "--message", "made")
        settle()
        assert repeat("check", cwd=project).status == 0
        shutil.copytree(project, folder / "pristine", symlinks=True)
        yield project


@pytest.fixture
def project(generated: Path) -> Iterator[Path]:
    """That project; afterwards it is what it was, to the times of its files."""
    if not is_stored("check", cwd=generated):
        settle()
        repeat("check", cwd=generated)
        assert is_stored("check", cwd=generated)
    yield generated
    for path in (generated.parent / "config", *generated.iterdir()):
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    shutil.copytree(generated.parent / "pristine", generated, symlinks=True, dirs_exist_ok=True)


def git(project: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=project, check=True, capture_output=True)


def edit(path: str, old: str, new: str) -> Callable[[Path], None]:
    def change(project: Path) -> None:
        text = (project / path).read_text()
        assert old in text
        (project / path).write_text(text.replace(old, new))

    return change


def write(path: str, content: str = "") -> Callable[[Path], None]:
    def change(project: Path) -> None:
        build_tree(project, {path: content.encode()})

    return change


def remove(path: str) -> Callable[[Path], None]:
    def change(project: Path) -> None:
        (project / path).unlink()

    return change


def in_git(*arguments: str) -> Callable[[Path], None]:
    return lambda project: git(project, *arguments)


@pytest.mark.parametrize(
    "command", [["check"], ["check", "docker"], ["update"], ["check", "--json"], ["-C", ".", "check"]]
)
def test_a_repeated_command_prints_what_the_first_printed(project: Path, command: list[str]) -> None:
    settle()
    first, second = repeat(*command, cwd=project), repeat(*command, cwd=project)
    assert (second.is_stored, second.status, second.out, second.err) == (True, first.status, first.out, first.err)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(edit("dazzle.toml", '"desk"', '"desks"'), id="dazzle.toml"),
        pytest.param(edit("appspec.json", "1.2.0", "1.2.1"), id="the model"),
        pytest.param(write("desk.dsl"), id="a file of the DSL"),
        pytest.param(write("dsl/new.dsl"), id="a file of the DSL in its folder"),
        pytest.param(edit("more.txt", "uvicorn", "dazzle-dsl"), id="an included file of requirements"),
        pytest.param(write("pyproject.toml", "[project]\n"), id="pyproject.toml"),
        pytest.param(write("package.json", "{}"), id="package.json"),
        pytest.param(write("uv.lock"), id="uv.lock"),
        pytest.param(write("main.py"), id="a file that the image copies"),
        pytest.param(remove("desk/__init__.py"), id="a package that the image copies"),
        pytest.param(edit("infra/docker/.copier-answers.yml", "_commit", "_Commit"), id="an answers file"),
        pytest.param(remove("infra/terraform/.copier-answers.yml"), id="no answers file"),
        pytest.param(edit("infra/docker/README.md", "#", "##"), id="a generated file"),
        pytest.param(remove("infra/docker/README.md"), id="no generated file"),
        pytest.param(write("infra/terraform/envs/dev/own.tf"), id="a file beside generated ones"),
        pytest.param(write(".dazzle-infra/journal.json", "{}"), id="the record of a run that was cut off"),
        pytest.param(write(".dazzle-infra/backups/1/record.json", "{}"), id="a backup"),
        pytest.param(in_git("checkout", "--quiet", "-b", "other"), id="the branch"),
        pytest.param(in_git("commit", "--quiet", "--allow-empty", "--message", "more"), id="the commit"),
        pytest.param(in_git("rm", "--quiet", "--cached", "more.txt"), id="the index"),
        pytest.param(lambda project: shutil.rmtree(project / ".git"), id="no repository"),
        pytest.param(write("../config/dazzle-infra/config.toml", "[infra]\noffline = true\n"), id="the user's file"),
        pytest.param(write("../config/git/config", "[core]\n"), id="the user's file of git"),
    ],
)
def test_a_change_of_what_a_check_reads_is_seen(project: Path, change: Callable[[Path], None]) -> None:
    assert is_stored("check", cwd=project)
    change(project)
    assert not is_stored("check", cwd=project)


@pytest.mark.parametrize("name", ["DAZZLE_INFRA_OFFLINE", "NO_COLOR", "PATH", "HOME"])
def test_a_change_of_a_variable_is_seen(project: Path, tmp_path: Path, name: str) -> None:
    value = f"{os.environ['PATH']}:{tmp_path}" if name == "PATH" else str(tmp_path) if name == "HOME" else "1"
    assert not is_stored("check", cwd=project, environment={name: value})


@pytest.mark.parametrize("more", [["--quiet"], ["--no-color"], ["terraform"], ["--offline"]])
def test_other_arguments_have_a_result_of_their_own(project: Path, more: list[str]) -> None:
    assert not is_stored("check", *more, cwd=project)


def test_another_version_of_the_package_has_a_result_of_its_own(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "__version__", "0.0.1")
    assert not is_stored("check", cwd=project)


def test_another_python_has_a_result_of_its_own(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version", "3.99.0")
    assert not is_stored("check", cwd=project)


def test_a_package_that_is_installed_or_removed_is_seen(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages = tmp_path / "packages"
    packages.mkdir()
    monkeypatch.syspath_prepend(str(packages))
    settle()
    repeat("check", cwd=project)
    assert is_stored("check", cwd=project)
    (packages / "plugin-1.0.dist-info").mkdir()
    assert not is_stored("check", cwd=project)


def test_a_module_of_the_package_that_is_edited_is_seen(project: Path) -> None:
    own = Path(results.__file__)
    before = own.stat()
    try:
        os.utime(own, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
        assert not is_stored("check", cwd=project)
    finally:
        os.utime(own, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_a_module_of_a_plug_in_that_is_edited_in_place_is_seen(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_tree(tmp_path, {"dazzle_infra_example.py": b"A = 1\n"})
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "dazzle_infra_example", raising=False)
    import_module("dazzle_infra_example")
    settle()
    repeat("check", "terraform", cwd=project)
    assert is_stored("check", "terraform", cwd=project)
    build_tree(tmp_path, {"dazzle_infra_example.py": b"A = 2\n"})
    assert not is_stored("check", "terraform", cwd=project)


def test_another_release_in_the_cached_template_is_seen(project: Path) -> None:
    [repository] = cache_directory().glob("templates/docker-*.git")
    git(repository, "tag", "v9.0.0-rc1", "v1.0.0^{commit}")
    try:
        assert not is_stored("check", cwd=project)
    finally:
        git(repository, "tag", "--delete", "v9.0.0-rc1")


@pytest.mark.slow
def test_the_files_of_a_second_backend_that_appear_anywhere_are_seen(tmp_path: Path) -> None:
    project = small_project(tmp_path / "p", MANIFEST)
    git(project, "init", "--quiet")
    build_tree(project, {".gitignore": b"hidden/\n", "docs/a.md": b"", "hidden/.copier-answers.yml": b""})
    assert run_here("docker", cwd=project).status == 0
    for change in (
        write("docs/deep/.copier-answers.yml"),
        edit(".gitignore", "hidden", "hid"),
        write(".git/info/exclude", "docs\n"),
        in_git("add", "dazzle.toml"),
    ):
        settle()
        repeat("check", cwd=project)
        assert is_stored("check", cwd=project)
        change(project)
        assert not is_stored("check", cwd=project)


@pytest.mark.slow
def test_a_dazzle_that_comes_first_on_the_path_is_seen(tmp_path: Path) -> None:
    project = small_project(tmp_path / "p", '[project]\nname = "desk"\n')
    export = json.dumps(SMALL)
    script = f'#!/bin/sh\nmkdir -p "$5" && cat > "$5/appspec.json" <<\'END\'\n{export}\nEND\n'
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    build_tree(second, {"dazzle": script.encode()})
    (second / "dazzle").chmod(0o755)
    path = {"PATH": os.pathsep.join([str(first), str(second), os.environ["PATH"]])}
    assert run_here("docker", cwd=project, environment=path).status == 0
    settle()
    repeat("check", cwd=project, environment=path)
    assert repeat("check", cwd=project, environment=path).is_stored
    shutil.copy2(second / "dazzle", first / "dazzle")
    assert not repeat("check", cwd=project, environment=path).is_stored


def test_no_result_is_stored_where_changes_are_pending(project: Path) -> None:
    edit("dazzle.toml", "[infra]", '[infra]\ndazzle_version = "0.125"')(project)
    settle()
    assert [repeat("check", cwd=project).is_stored for _ in range(2)] == [False, False]


def test_no_result_is_stored_of_an_update_that_writes(project: Path) -> None:
    edit("dazzle.toml", "[infra]", '[infra]\nname = "desk"\nworker_command = ["python", "-m", "desk"]')(project)
    settle()
    assert "written" in repeat("update", cwd=project).out
    assert not repeat("update", cwd=project).is_stored


def test_no_result_is_stored_where_a_file_changed_during_the_run(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = project / "dazzle.toml"
    manifest.write_text(manifest.read_text() + "# new\n")
    settle()
    monkeypatch.setattr("dazzle_infra.cli.check.any_pending", lambda _: manifest.touch())
    assert repeat("check", cwd=project).status == 0
    assert not is_stored("check", cwd=project)


def test_no_result_is_stored_of_standard_input_and_of_many_applications(project: Path) -> None:
    for arguments in (["check", "--appspec", "-"], ["check", "--all"], ["status"], ["plan"]):
        assert results.key_of(arguments, "dazzle-infra") is None


@pytest.mark.slow
def test_no_result_is_stored_where_the_template_is_fetched(tmp_path: Path) -> None:
    embedded = next(cache_directory().glob("templates/docker-*.git"))
    manifest = MANIFEST + f'\n[infra.docker]\ntemplate = "{embedded.as_uri()}"\n'
    project = small_project(tmp_path / "p", manifest)
    assert run_here("docker", cwd=project).status == 0
    settle()
    assert [repeat("check", "docker", cwd=project).is_stored for _ in range(2)] == [False, False]


def test_the_result_of_a_pipe_is_not_stored(project: Path) -> None:
    pipe = project.parent / "pipe"
    os.mkfifo(pipe)
    for _ in range(2):
        with subprocess.Popen(["cp", project / "appspec.json", pipe]):
            assert not repeat("check", "--appspec", str(pipe), cwd=project).is_stored


@pytest.mark.parametrize("damage", [b"", b"x", b"\xff\0\xff"])
def test_a_damaged_result_is_not_used(project: Path, damage: bytes) -> None:
    folder = cache_directory() / "results"
    newest = max(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
    content = newest.read_bytes()
    for broken in (damage, content[:-1], content[:60] + damage + content[60:-3], content + damage + b"\0x\0y"):
        newest.write_bytes(broken)
        assert not is_stored("check", cwd=project)
    newest.write_bytes(content)
    assert is_stored("check", cwd=project)


def test_no_more_results_are_kept_than_the_limit(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "KEPT", 2)
    for variable in "abc":
        repeat("check", cwd=project, environment={"NAME": variable})
    assert len(list((cache_directory() / "results").iterdir())) == 2
    assert repeat("check", cwd=project, environment={"NAME": "c"}).is_stored


def test_cleaning_the_cache_removes_the_results(project: Path) -> None:
    assert run_here("cache", "clean", cwd=project).status == 0
    assert not (cache_directory() / "results").exists()
    assert not is_stored("check", cwd=project)


@pytest.mark.slow
def test_a_cache_around_the_project_hides_no_change(project: Path) -> None:
    environment = {"DAZZLE_INFRA_CACHE_DIR": str(project.parent)}
    for _ in range(3):  # the first run fills the cache
        settle()
        repeat("check", cwd=project, environment=environment)
    assert is_stored("check", cwd=project, environment=environment)
    edit("appspec.json", "1.2.0", "1.2.1")(project)
    assert not is_stored("check", cwd=project, environment=environment)


@pytest.mark.slow
def test_a_cache_that_cannot_be_written_is_no_error(project: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    environment = {"DAZZLE_INFRA_CACHE_DIR": str(tmp_path / "file" / "cache")}
    assert [repeat("check", cwd=project, environment=environment).status for _ in range(2)] == [0, 0]


def test_a_stored_result_is_printed_without_the_libraries_of_commands(project: Path) -> None:
    code = "import sys; from dazzle_infra.cli import start; status = start(sys.argv[1:], prog='dazzle-infra'); "
    code += "print(status, sorted({'copier', 'pathlib', 'pydantic', 'rich', 'typer'} & set(sys.modules)))"
    command = (sys.executable, "-c", code)
    settle()
    first = run_cli("update", cwd=project, command=command)
    second = run_cli("update", cwd=project, command=command)
    assert first.out.splitlines()[:-1] == second.out.splitlines()[:-1]
    assert second.out.splitlines()[-1] == "0 []"


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_every_path_that_a_check_asks_the_system_for_is_an_input(project: Path, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONDONTWRITEBYTECODE", "1")
        traced = traced_paths([str(Path(sys.executable).with_name("dazzle-infra")), "check"], project, tmp_path / "log")
    newest = max((cache_directory() / "results").iterdir(), key=lambda path: path.stat().st_mtime_ns)
    covered = {path for _, path in read_result(str(newest))[3]}
    home, found = Path.home(), {project / "dazzle.toml", project / ".git/index", project / "infra/docker/README.md"}
    assert {str(path) for path in found} <= traced
    # git looks whether these are there, to know that the folder is a repository.
    parts = {str(project / ".git" / name) for name in ("objects", "refs")}
    asked = {path for path in traced if is_below(path, project, home / ".config", home / ".gitconfig", tmp_path)}
    left = asked - covered - parts - {str(tmp_path / "log")}
    assert {path for path in left if not is_below_what_is_missing(path, covered)} == set()


def is_below_what_is_missing(path: str, covered: set[str]) -> bool:
    """Return whether a path is below an input that does not exist: git asks for `.git/HEAD` without a `.git`."""
    return any(str(parent) in covered and not parent.exists() for parent in Path(path).parents)


def is_below(path: str, *folders: Path) -> bool:
    return any(Path(path).is_relative_to(folder) for folder in folders)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems ask platformdirs")
@pytest.mark.parametrize("home", [None, "", "/var/empty/cache", "relative"])
def test_the_cache_is_where_platformdirs_says(monkeypatch: pytest.MonkeyPatch, home: str | None) -> None:
    import platformdirs

    monkeypatch.delenv("DAZZLE_INFRA_CACHE_DIR", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    if home is not None:
        monkeypatch.setenv("XDG_CACHE_HOME", home)
    expected = platformdirs.user_cache_dir("dazzle-infra")
    assert cache_path() == expected


def test_an_export_is_read_again_where_only_its_content_changed(project: Path) -> None:
    export = project / "appspec.json.gz"
    export.write_bytes(gzip.compress((project / "appspec.json").read_bytes(), mtime=0))
    settle()
    arguments = ["check", "--appspec", "appspec.json.gz"]
    repeat(*arguments, cwd=project)
    before, content = export.stat(), export.read_bytes()
    export.write_bytes(content[:9] + bytes([content[9] ^ 1]) + content[10:])
    os.utime(export, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert not repeat(*arguments, cwd=project).is_stored
