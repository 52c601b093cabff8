from __future__ import annotations

from pathlib import Path

import pytest
from packaging.version import Version

from dazzle_infra.backends.terraform.backend import TerraformBackend
from dazzle_infra.backends.terraform.entry_points import CloudEntryPoint
from dazzle_infra.cli.loading import load
from dazzle_infra.cli.options import Options
from dazzle_infra.errors import ExitCode, ManifestError, Where
from dazzle_infra.project.packages.declared import Dependencies
from dazzle_infra.project.packages.locked import Locked, locked_versions
from dazzle_infra.project.runtimes.servers import SERVERS, Front, front_of
from tests.support.cli import run_here, small_project
from tests.support.runtimes import answered, pyproject
from tests.support.trees import build_tree

Files = dict[str, str]

UVICORN = "uvicorn main:app --timeout-keep-alive 75"
GUNICORN = "gunicorn desk.wsgi"


@pytest.mark.parametrize(
    ("command", "versions", "front"),
    [
        (UVICORN, {}, "network"),
        (UVICORN, {"uvicorn": "0.31.0"}, "network"),
        (UVICORN, {"uvicorn": "0.30.6"}, "proxy"),
        ("/opt/venv/bin/python3 -m uvicorn main:app --timeout-keep-alive=61", {}, "network"),
        ("uvicorn main:app --timeout-keep-alive 60", {}, "proxy"),
        ("uvicorn main:app", {}, "proxy"),
        (GUNICORN, {"gunicorn": "21.2.0"}, "any"),
        (f"{GUNICORN} --keep-alive 75 --threads 4", {"gunicorn": "23.0.0"}, "any"),
        (f"{GUNICORN} --threads 4", {}, "proxy"),
        (f"{GUNICORN} -kgthread --keep-alive=75", {}, "any"),
        (f"{GUNICORN} -k uvicorn.workers.UvicornWorker", {"gunicorn": "23.0.0"}, "proxy"),
        ("node server.js", {}, "proxy"),
        ("python -m admin", {}, "proxy"),
        ("fraiseql run", {}, "proxy"),
    ],
)
def test_a_server_is_connected_directly_only_if_its_command_and_version_allow_it(
    command: str, versions: dict[str, str], front: Front
) -> None:
    locked = {name: Locked(Version(version), Where()) for name, version in versions.items()}
    assert front_of(command.split(), locked) == front


UV_LOCK = """\
version = 1

[[package]]
name = "desk"
version = "1.0.0"
source = { virtual = "." }

[[package]]
name = "uvicorn"
version = "0.30.6"
"""
POETRY_LOCK = '[[package]]\nname = "gunicorn"\nversion = "23.0.0"\noptional = false\n'


@pytest.mark.parametrize(
    ("dependencies", "files", "found"),
    [
        ("uv", {"pyproject.toml": pyproject("uvicorn"), "uv.lock": UV_LOCK}, {"uvicorn": "uv.lock:10 0.30.6"}),
        ("poetry", {"poetry.lock": POETRY_LOCK}, {"gunicorn": "poetry.lock:3 23.0.0"}),
        ("requirements", {"requirements.txt": "a==1\r\nUvicorn[standard] == 0.29.0 ; python_version > '3'\r\n"},
         {"uvicorn": "requirements.txt:2 0.29.0"}),
        ("requirements", {"requirements.txt": "-r lib/web.txt\n# gunicorn==1\n", "lib/web.txt": "\ngunicorn==22.0.0\n"},
         {"gunicorn": "lib/web.txt:2 22.0.0"}),
        ("requirements", {"requirements.txt": "uvicorn>=0.20\ngunicorn\n-r ../outside.txt\n"}, {}),
        ("pyproject", {"pyproject.toml": pyproject("uvicorn==0.30.6")}, {}),
        ("uv", {"uv.lock": 'name = "uvicorn"\nversion = "?"\n'}, {}),
    ],
)  # fmt: skip
def test_the_version_of_a_server_is_the_one_of_the_lock(
    tmp_path: Path, dependencies: Dependencies, files: Files, found: dict[str, str]
) -> None:
    locked = locked_versions(build_tree(tmp_path, files), dependencies, SERVERS)
    assert {name: f"{one.where} {one.version}" for name, one in locked.items()} == found


def entry_points(project: Path, manifest: str, files: Files) -> dict[str, CloudEntryPoint]:
    _, cloud = answered(project, manifest, files)
    return {one.name: one for one in cloud.entry_points}


@pytest.mark.parametrize(
    ("runtime", "files", "proxy", "forwarded_from"),
    [
        ("dazzle", {}, "without_domain", "network"),
        ("fastapi", {}, "without_domain", "network"),
        ("fastapi", {"requirements.txt": "fastapi\nuvicorn==0.30.6\n"}, "always", "network"),
        ("django", {"requirements.txt": "django\ngunicorn==23.0.0\n"}, "without_domain", "any"),
        ("express", {}, "always", "network"),
        ("react", {}, "never", "network"),
    ],
)
def test_the_cloud_gets_a_proxy_beside_each_server_that_needs_one(
    tmp_path: Path, runtime: str, files: Files, proxy: str, forwarded_from: str
) -> None:
    web = entry_points(tmp_path, f'runtime = "{runtime}"\n', files)["web"]
    assert (web.proxy, web.forwarded_from) == (proxy, forwarded_from)


RANGE = """
[infra.entry_points.web]
command = "gunicorn desk.wsgi --forwarded-allow-ips 10.0.0.0/16"
"""


@pytest.mark.parametrize(("version", "is_refused"), [("21.2.0", True), ("23.0.0", True), ("24.0.0", False)])
def test_a_range_that_the_locked_server_does_not_read_is_refused_at_its_line_of_the_lock(
    tmp_path: Path, version: str, is_refused: bool
) -> None:
    files = {"requirements.txt": f"django\ngunicorn=={version}\n"}
    answered(tmp_path, f'runtime = "django"\n{RANGE}', files)
    application, _ = load(Options(project=tmp_path))
    if not is_refused:
        TerraformBackend().validate(application)
        return
    with pytest.raises(ManifestError, match=r"does not read the range .* \[infra.entry_points.web\] command") as caught:
        TerraformBackend().validate(application)
    assert str(caught.value.where) == "requirements.txt:2"
    assert "24.0.0 or newer" in str(caught.value.hint)


def test_a_refused_server_writes_nothing(tmp_path: Path) -> None:
    small_project(
        tmp_path, f'[project]\nname = "desk"\n\n[infra]\nappspec = "appspec.json"\nruntime = "django"\n{RANGE}'
    )
    build_tree(tmp_path, {"requirements.txt": "django\ngunicorn==23.0.0\n"})
    done = run_here("terraform", cwd=tmp_path)
    assert done.status == ExitCode.USAGE
    assert "requirements.txt:2" in done.err
    assert not (tmp_path / "infra").exists()
