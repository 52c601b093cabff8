"""Bad input: one message with what, where and what to do, the documented exit code, nothing written, no traceback."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from textwrap import dedent

import pytest

from tests.support.cli import MANIFEST, SMALL, Ran, run_cli, run_here, small_project
from tests.support.fake_dazzle import install_dazzle
from tests.support.trees import build_tree, read_tree

ALL = ("all",)


def assert_refused(project: Path, ran: Ran, before: dict[str, bytes], status: int, message: str) -> None:
    assert (ran.status, ran.out) == (status, ""), ran.err
    assert ran.err.startswith("error: ")
    assert message in ran.err
    assert "Traceback" not in ran.err
    assert len(ran.err.splitlines()) <= 3
    assert read_tree(project) == before


def infra(text: str) -> str:
    return MANIFEST + dedent(text)


@pytest.mark.parametrize(
    ("manifest", "message", "place"),
    [
        ("[infra\n", "line 1, column 7", "dazzle.toml:1"),
        (infra("[infra.docker]\nimagename = 'x'\n"), 'did you mean "image_name"?', "dazzle.toml:7"),
        (infra("backend = []\n"), 'did you mean "backends"?', "dazzle.toml:6"),
        (infra("backends = ['dockr']\n"), "docker", "dazzle.toml:6"),
        (infra("[infra.terraform]\ncloud_provider = 'azzure'\n"), "aws", "dazzle.toml:7"),
        (infra("[infra.docker]\nvariant = 'swarm'\n"), "compose", "dazzle.toml:7"),
        (infra("[infra.docker]\npython_version = 3.12\n"), "python_version", "dazzle.toml:7"),
        (infra("[infra.terraform]\nenvironments = ['Dev!']\n"), "lower-case", "dazzle.toml:7"),
        (infra("[infra.terraform]\nroot_module = '../elsewhere'\n"), "inside the project", "dazzle.toml:7"),
        (infra("[infra.docker]\noutput = 'infra/terraform'\n"), "infra/terraform", "dazzle.toml:7"),
        (infra("[infra.terraform.env.prod]\napp_size = 'huge'\n"), "app_size", "dazzle.toml:7"),
        (infra("[infra.overrides]\nqueue = false\n"), "reason", "dazzle.toml:7"),
    ],
)
def test_a_manifest_that_cannot_be_is_refused(tmp_path: Path, manifest: str, message: str, place: str) -> None:
    project = small_project(tmp_path, manifest)
    before = read_tree(project)
    ran = run_here(*ALL, cwd=project)
    assert_refused(project, ran, before, 2, message)
    assert place in ran.err
    told = run_here(*ALL, "--json", cwd=project)
    assert told.status == 2
    assert told.json["ok"] is False
    assert told.json["where"]["file"] == "dazzle.toml"
    assert f"dazzle.toml:{told.json['where']['line']}" == place


def test_json_errors_leave_standard_error_empty(tmp_path: Path) -> None:
    ran = run_here("all", "--json", cwd=tmp_path)
    assert ran.status == 5
    assert ran.err == ""
    assert sorted(ran.json) == ["code", "hint", "message", "ok", "schema_version", "where"]


@pytest.mark.parametrize("command", ["docker", "terraform", "all", "explain"])
def test_without_a_manifest_every_command_says_so(tmp_path: Path, command: str) -> None:
    ran = run_here(command, cwd=tmp_path)
    assert_refused(tmp_path, ran, {}, 5, "no dazzle.toml")


def deep() -> bytes:
    return b'{"name": ' + b"[" * 10_000 + b"]" * 10_000 + b"}"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "appspec.json"),
        (json.dumps(SMALL).encode()[:-20], "appspec.json"),
        (b"[]", "AppSpec"),
        (b'{"name": "x"}', "domain"),
        (deep(), "nested"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"", "appspec.json"),
    ],
)
def test_json_that_is_no_appspec_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    project = build_tree(small_project(tmp_path), {"appspec.json": content})
    before = read_tree(project)
    assert_refused(project, run_here(*ALL, cwd=project), before, 1, message)


def test_an_export_of_500_megabytes_is_refused_at_once(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    with (project / "appspec.json").open("wb") as stream:
        stream.truncate(500_000_000)
    ran = run_here(*ALL, cwd=project)
    assert ran.status == 1
    assert "MB" in ran.err
    assert not (project / "infra").exists()


def test_a_small_file_that_unpacks_to_500_megabytes_is_refused(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    (project / "bomb.json.gz").write_bytes(gzip.compress(b" " * 10_000_000, compresslevel=1) * 50)
    ran = run_here("all", "--appspec", "bomb.json.gz", cwd=project)
    assert ran.status == 1
    assert "MB" in ran.err
    assert not (project / "infra").exists()


@pytest.mark.parametrize(
    ("script", "version", "status", "message"),
    [
        (
            "#!/bin/sh\necho 'dsl/app.dsl:3:1: Expected a field name' >&2; exit 1\n",
            "0.125.0",
            1,
            "Expected a field name",
        ),
        ("#!/bin/sh\nexit 0\n", "0.50.0", 5, "0.112"),
        (None, None, 5, "dazzle"),
    ],
    ids=["broken-dsl", "too-old", "missing"],
)
def test_a_model_that_dazzle_cannot_give_is_refused(
    tmp_path: Path, script: str | None, version: str | None, status: int, message: str
) -> None:
    project = build_tree(tmp_path / "p", {"dazzle.toml": '[project]\nname = "desk"\n', "dsl/app.dsl": "module app\n"})
    if script is not None:
        install_dazzle(project / ".venv", script=script, version=version)
    before = read_tree(project)
    clean = {"PATH": "/usr/bin:/bin", "DAZZLE_INFRA_CACHE_DIR": str(tmp_path / "cache")}
    assert_refused(project, run_here(*ALL, cwd=project, environment=clean), before, status, message)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"infra": "a file\n"}, "infra is a file"),
        ({"infra/docker": "a file\n"}, "infra/docker is a file"),
        ({"infra/docker/compose.yaml": "mine\n"}, "infra/docker/compose.yaml"),
        ({"infra/terraform/README.md": "mine\n"}, "infra/terraform/README.md"),
    ],
)
def test_what_stands_in_the_way_is_named_and_kept(tmp_path: Path, files: dict[str, str], message: str) -> None:
    project = build_tree(small_project(tmp_path), files)
    before = read_tree(project)
    assert_refused(project, run_here(*ALL, cwd=project), before, 5, message)


def test_a_link_out_of_the_project_is_refused(tmp_path: Path) -> None:
    project = small_project(tmp_path / "p")
    (tmp_path / "outside").mkdir()
    (project / "infra").symlink_to(tmp_path / "outside")
    assert_refused(project, run_here(*ALL, cwd=project), read_tree(project), 5, "points outside the project")
    assert list((tmp_path / "outside").iterdir()) == []


AS_NOBODY = """
import os, pkgutil, resource
import dazzle_infra
from dazzle_infra.cli import main
for module in pkgutil.walk_packages(dazzle_infra.__path__, "dazzle_infra."):
    if "rendering.worker" not in module.name and "__main__" not in module.name:
        __import__(module.name)
os.setgroups([]); os.setgid(65534); os.setuid(65534)
main()
"""


def test_a_project_that_is_not_writable_is_named() -> None:
    # pytest's own folders are for their owner alone.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        project = small_project(Path(folder) / "p")
        project.chmod(0o555)
        before = read_tree(project)
        # Root may write everywhere; the command gives its rights up when it has imported what it needs.
        command = [sys.executable, "-c", AS_NOBODY] if os.getuid() == 0 else [sys.executable, "-m", "dazzle_infra.cli"]
        ran = run_cli(*ALL, cwd=project, command=command)
        assert_refused(project, ran, before, 5, "not writable")
        project.chmod(0o755)


@pytest.mark.parametrize("command", ["status", "check", "plan"])
def test_commands_that_read_work_in_a_project_that_is_not_writable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    project = small_project(tmp_path)
    assert run_here("docker", cwd=project).status == 0
    # Root may write everywhere, and the renderer of another user could not run this Python.
    readable = os.access
    monkeypatch.setattr(os, "access", lambda path, mode, **given: not mode & os.W_OK and readable(path, mode, **given))
    ran = run_here(command, cwd=project)
    assert ran.status == 0, ran.err


def test_a_full_disk_leaves_everything_as_it_was(tmp_path: Path) -> None:
    project = tmp_path / "p"
    project.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(project)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("a small disk takes a mount, which this user may not make")
    try:
        small_project(project)
        before = read_tree(project)
        ran = run_here(*ALL, cwd=project)
        assert_refused(project, ran, before, 1, "disk is full")
        assert "Traceback" not in ran.err
    finally:
        subprocess.run(["umount", str(project)], check=True)


@pytest.mark.parametrize(
    ("script", "message"),
    [(None, "git is not installed"), ("#!/bin/sh\necho git version 2.30.2\n", "git 2.30.2 is too old")],
    ids=["missing", "too-old"],
)
def test_without_a_git_that_is_new_enough_nothing_is_tried(tmp_path: Path, script: str | None, message: str) -> None:
    project = small_project(tmp_path / "p")
    tools = tmp_path / "bin"
    tools.mkdir()
    if script is not None:
        build_tree(tools, {"git": script})
        (tools / "git").chmod(0o755)
    before = read_tree(project)
    assert_refused(project, run_cli(*ALL, cwd=project, environment={"PATH": str(tools)}), before, 5, message)


@pytest.mark.parametrize("arguments", [("alll",), ("all", "--nope"), ("all", "more")])
def test_a_wrong_command_line_is_a_usage_error(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ran = run_here(*arguments, cwd=tmp_path)
    assert ran.status == 2
    assert ran.err.startswith("error: ")
    assert "--help" in ran.err
    told = run_here(*arguments, "--json", cwd=tmp_path)
    assert (told.status, told.json["code"]) == (2, "usage")


def test_a_project_that_is_no_folder_is_named(tmp_path: Path) -> None:
    ran = run_here("all", "-C", "nowhere", cwd=tmp_path)
    assert_refused(tmp_path, ran, {}, 5, "nowhere does not exist")
