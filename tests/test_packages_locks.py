"""Projects of uv and Poetry: what goes into the image's packages stage, and what is refused before a build."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from dazzle_infra.errors import ExitCode, PackagesError
from dazzle_infra.project.packages.analysis import packages_stage
from dazzle_infra.project.packages.stage import PackagesStage
from tests.support.trees import build_tree

Files = Mapping[str, str | bytes]


def project(name: str, *dependencies: str, more: str = "") -> str:
    listed = ", ".join(f'"{one}"' for one in dependencies)
    return f'[project]\nname = "{name}"\nversion = "1"\ndependencies = [{listed}]\n{more}'


def locked(*packages: str, version: str = "1") -> str:
    return f"version = {version}\n" + "".join(f"\n[[package]]\n{package}\n" for package in packages)


def package(name: str, source: str, *dependencies: str, more: str = "") -> str:
    listed = ", ".join(f'{{ name = "{one}" }}' for one in dependencies)
    return f'name = "{name}"\nversion = "1"\nsource = {{ {source} }}\ndependencies = [{listed}]\n{more}'


REGISTRY = 'registry = "https://pypi.org/simple"'
WORKSPACE: Files = {
    "pyproject.toml": '[tool.uv.workspace]\nmembers = ["apps/*", "libs/*"]\nexclude = ["apps/old"]\n',
    "apps/web/pyproject.toml": project("web", "core", "psycopg2"),
    "libs/core/pyproject.toml": project("core", "base"),
    "libs/base/pyproject.toml": project("base"),
    "libs/unused/pyproject.toml": project("unused"),
    "uv.lock": locked(
        package("web", 'virtual = "apps/web"', "core", "psycopg2", more='dev-dependencies = { dev = [{name = "t"}] }'),
        package("core", 'editable = "libs/core"', "base"),
        package("base", 'directory = "libs/base"', "wheel"),
        package("wheel", 'path = "wheels/wheel-1-py3-none-any.whl"'),
        package("psycopg2", REGISTRY, more='sdist = { url = "https://x.example/p.tar.gz" }\nwheels = []'),
        package("unused", 'editable = "libs/unused"'),
        package("t", 'git = "ssh://git@git.example/t?rev=1#a"'),
    ),
    "wheels/wheel-1-py3-none-any.whl": "",
}


def repository(folder: Path, files: Files) -> Path:
    build_tree(folder, files)
    (folder / ".git").mkdir(exist_ok=True)
    return folder


def staged(folder: Path, dependencies: str, files: Files) -> PackagesStage:
    return packages_stage(build_tree(folder, files), dependencies, needs_dazzle=True)


def refusal(folder: Path, dependencies: str) -> tuple[str, str]:
    with pytest.raises(PackagesError) as caught:
        packages_stage(folder, dependencies)
    assert caught.value.exit_code == ExitCode.USAGE
    assert caught.value.hint
    where = caught.value.where
    assert where is not None
    return f"{where.file}:{where.line}" if where.line else str(where.file), caught.value.message


def test_a_lock_at_the_root_of_a_monorepo_makes_that_root_the_build_context(tmp_path: Path) -> None:
    found = packages_stage(repository(tmp_path, WORKSPACE) / "apps/web", "uv")
    assert (found.context, found.project) == ("../..", "apps/web")
    assert found.files == (
        "apps/web/pyproject.toml",
        "libs/base/pyproject.toml",
        "libs/core/pyproject.toml",
        "libs/unused/pyproject.toml",
        "pyproject.toml",
        "uv.lock",
        "wheels/wheel-1-py3-none-any.whl",
    )
    assert found.folders == ("libs/base", "libs/core")
    assert [(one.needed_by, str(one.where)) for one in found.proposals] == [("psycopg2", "../../uv.lock:32")]


def test_a_project_that_is_the_root_of_its_workspace_is_the_build_context(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": project("web", "core", more='[tool.uv.workspace]\nmembers = ["libs/*"]\n'),
        "libs/core/pyproject.toml": project("core"),
        "uv.lock": locked(package("web", 'virtual = "."', "core"), package("core", 'editable = "libs/core"')),
    }
    found = staged(tmp_path, "uv", files)
    assert (found.context, found.project, found.folders) == (".", ".", ("libs/core",))
    assert found.files == ("libs/core/pyproject.toml", "pyproject.toml", "uv.lock")


@pytest.mark.parametrize("name", ["old", "nested/web"])
def test_a_workspace_that_does_not_contain_the_project_is_not_its_own(tmp_path: Path, name: str) -> None:
    repository(tmp_path, {**WORKSPACE, f"apps/{name}/pyproject.toml": project("x")})
    assert packages_stage(tmp_path / "apps" / name, "uv").files == ()


def test_a_lock_outside_of_the_repository_is_not_the_projects(tmp_path: Path) -> None:
    build_tree(tmp_path, WORKSPACE)
    repository(tmp_path / "apps/web", {})
    assert packages_stage(tmp_path / "apps/web", "uv").files == ()


def test_the_names_of_folders_above_the_build_context_do_not_matter(tmp_path: Path) -> None:
    folder = tmp_path / "Größe: $x [1]"
    files = {"pyproject.toml": project("web"), "uv.lock": locked(package("web", 'virtual = "."'))}
    repository(tmp_path, {})
    assert staged(folder, "uv", files).files == ("pyproject.toml", "uv.lock")
    repository(tmp_path, {**WORKSPACE, "apps/a:b/pyproject.toml": project("a"),
                          "uv.lock": locked(package("a", 'virtual = "apps/a:b"'))})  # fmt: skip
    assert "Docker interprets" in refusal(tmp_path / "apps/a:b", "uv")[1]


INDEXES = """
[[tool.uv.index]]
name = "acme-1"
url = "https://pypi.example/simple"
authenticate = "always"

[[tool.uv.index]]
url = "https://me:hunter2@other.example/simple"
"""


def test_indexes_that_always_authenticate_name_their_build_secrets(tmp_path: Path) -> None:
    files = {"pyproject.toml": project("web", more=INDEXES), "uv.lock": locked(package("web", 'virtual = "."'))}
    found = staged(tmp_path, "uv", files)
    assert [(one.name, one.where.line) for one in found.secrets] == [
        ("UV_INDEX_ACME_1_PASSWORD", 6),
        ("UV_INDEX_ACME_1_USERNAME", 6),
    ]
    assert [one.where.line for one in found.remarks] == [11]
    # uv.toml replaces the table of pyproject.toml.
    found = staged(tmp_path, "uv", {"uv.toml": "offline = true\n"})
    assert (found.secrets, found.files) == ((), ("pyproject.toml", "uv.lock", "uv.toml"))


def test_groups_that_are_installed_by_default_count(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": project("web", more='[tool.uv]\ndefault-groups = ["dev", "run"]\n'),
        "libs/a/setup.py": "",
        "uv.lock": locked(
            package(
                "web", 'virtual = "."', more='dev-dependencies = { run = [{ name = "a" }], dev = [{ name = "b" }] }'
            ),
            package("a", 'directory = "libs/a"'),
            package("b", 'directory = "libs/b"'),
        ),
    }
    assert staged(tmp_path, "uv", files).folders == ("libs/a",)


@pytest.mark.parametrize(
    ("files", "where", "message"),
    [
        ({"uv.lock": "version = \n"}, "uv.lock:1", "is not TOML"),
        ({"uv.lock": "<<<<<<< HEAD\n"}, "uv.lock:1", "is not TOML"),
        ({"uv.lock": "package = []\n"}, "uv.lock", "is not a lock of uv"),
        ({"uv.lock": "version = 1\npackage = [1]\n"}, "uv.lock", "is not a lock of uv"),
        ({"uv.lock": locked()}, "uv.lock", "lacks the project"),
        ({"pyproject.toml": "[project\n"}, "pyproject.toml:1", "is not TOML"),
        ({"pyproject.toml": b"[project]\nname = '\xff'\n"}, "pyproject.toml:2", "is not UTF-8"),
        ({"pyproject.toml": "[tool]\nuv = 1\n"}, "pyproject.toml:2", "uv must be a table"),
        ({"pyproject.toml": "[[tool.uv.index]]\nname = 'x'\n"}, "pyproject.toml:1", "must have a url"),
        ({"uv.toml": "x"}, "uv.toml:1", "is not TOML"),
        (('path = "../x-1.whl"',), "uv.lock:11", "leads outside of the project"),
        (('path = "/opt/x-1.whl"',), "uv.lock:11", "is absolute"),
        (('path = "x-1.whl"',), "uv.lock:11", "does not exist"),
        (('directory = "libs/x"',), "uv.lock:11", "does not exist"),
        (('editable = "."',), "uv.lock:11", "is the project itself"),
        (('git = "ssh://git@git.example/x?rev=1#2"',), "uv.lock:11", "needs an ssh key"),
        (('registry = "/opt/wheels"',), "uv.lock:11", "is absolute"),
    ],
)  # fmt: skip
def test_what_uv_cannot_install_in_an_image_is_refused(
    tmp_path: Path, files: Files | tuple[str], where: str, message: str
) -> None:
    of_x = files if isinstance(files, tuple) else ('registry = "https://pypi.org/simple"',)
    lock = locked(package("web", 'virtual = "."', "x"), package("x", *of_x))
    build_tree(tmp_path, {"pyproject.toml": project("web", "x"), "uv.lock": lock})
    build_tree(tmp_path, files if isinstance(files, Mapping) else {})
    found = refusal(tmp_path, "uv")
    assert (found[0], message in found[1] or found[1]) == (where, True)


@pytest.mark.parametrize("tool", ["uv", "poetry"])
def test_a_broken_lock_is_regenerated_and_not_corrected(tmp_path: Path, tool: str) -> None:
    build_tree(tmp_path, {"pyproject.toml": project("web"), f"{tool}.lock": "<<<<<<<"})
    with pytest.raises(PackagesError) as caught:
        packages_stage(tmp_path, tool)
    assert f"regenerate it with `{tool} lock`" in str(caught.value.hint)


POETRY = """
[tool.poetry.dependencies]
python = "^3.12"
core = { path = "../libs/core", develop = true }
mysqlclient = "*"
fancy = { git = "https://git.example/fancy.git" }

[tool.poetry.group.dev.dependencies]
tools = { path = "../libs/tools" }
"""
POETRY_LOCK = """
[[package]]
name = "core"
develop = true
groups = ["main"]
source = { type = "directory", url = "../libs/core" }

[[package]]
name = "mysqlclient"
groups = ["main", "dev"]
files = [{ file = "mysqlclient-2.tar.gz" }]

[[package]]
name = "tools"
groups = ["dev"]
source = { type = "directory", url = "../libs/gone" }

[metadata]
"""
LIBS = {"libs/core/pyproject.toml": project("core"), "libs/tools/pyproject.toml": project("tools")}


def test_poetry_reads_the_folders_that_its_lock_names(tmp_path: Path) -> None:
    repository(tmp_path, {**LIBS, "app/pyproject.toml": POETRY, "app/poetry.lock": POETRY_LOCK})
    found = packages_stage(tmp_path / "app", "poetry")
    assert (found.context, found.project) == ("..", "app")
    assert found.files == ("app/poetry.lock", "app/pyproject.toml")
    assert (found.folders, found.editable) == (("libs/core",), ("libs/core",))
    assert [(one.needed_by, str(one.where)) for one in found.proposals] == [("mysqlclient", "poetry.lock:9")]


def test_without_a_lock_poetry_reads_the_folders_of_all_groups(tmp_path: Path) -> None:
    repository(tmp_path, {**LIBS, "app/pyproject.toml": POETRY})
    found = packages_stage(tmp_path / "app", "poetry")
    assert (found.folders, found.editable) == (("libs/core", "libs/tools"), ("libs/core",))
    assert [(one.needed_by, one.where.line) for one in found.proposals] == [("fancy", 6), ("mysqlclient", 5)]


@pytest.mark.parametrize(
    ("files", "where", "message"),
    [
        ({"poetry.lock": "[[package]\n"}, "poetry.lock:1", "is not TOML"),
        ({"poetry.lock": "package = 1\n"}, "poetry.lock", "is not a lock of Poetry"),
        ({"pyproject.toml": POETRY.replace("../libs", "../../libs")}, "pyproject.toml:4", "outside of the git"),
        ({"pyproject.toml": POETRY.replace("https://", "ssh://")}, "pyproject.toml:6", "needs an ssh key"),
        ({"poetry.lock": POETRY_LOCK.replace("libs/core", "libs/gone")}, "poetry.lock:3", "does not exist"),
    ],
)  # fmt: skip
def test_what_poetry_cannot_install_in_an_image_is_refused(
    tmp_path: Path, files: dict[str, str], where: str, message: str
) -> None:
    repository(tmp_path, {**LIBS, "app/pyproject.toml": POETRY})
    found = refusal(build_tree(tmp_path / "app", files), "poetry")
    assert (found[0], message in found[1] or found[1]) == (where, True)


SOURCES = '[tool.uv.sources]\ncore = { path = "libs/core", editable = true }\nfancy = { git = "https://g.example/f" }\n'
NESTED: Files = {
    "pyproject.toml": project("web", "Core", "fancy", "gone ; sys_platform == 'win32'", more=SOURCES),
    "libs/core/pyproject.toml": project("core", "base", more='[tool.uv.sources]\nbase = { path = "../base" }\n'),
    "libs/base/pyproject.toml": project("base", "core", more='[tool.uv.sources]\ncore = { path = "../core" }\n'),
}


def test_pyproject_without_a_lock_brings_its_sources_and_those_of_local_packages(tmp_path: Path) -> None:
    found = staged(tmp_path, "pyproject", NESTED)
    assert (found.files, found.folders) == (("pyproject.toml",), ("libs/base", "libs/core"))
    assert found.editable == ("libs/core",)
    assert [(one.needed_by, one.build) for one in found.proposals] == [("fancy", ("ca-certificates", "git"))]


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (project("web", "six=1"), 4, "is not a requirement"),
        (project("web", "x @ file:///opt/x.whl"), 4, "file of this machine"),
        ('[project]\ndependencies = "six"\n', 2, "must be a list of strings"),
        (project("web", "core", more="[tool.uv.sources]\ncore = { workspace = true }\n"), 6, "has no uv.lock"),
        (project("web", "core", more='[tool.uv.sources]\ncore = { path = "/opt/core" }\n'), 6, "is absolute"),
    ],
)
def test_what_pyproject_cannot_have_installed_is_refused(tmp_path: Path, content: str, line: int, message: str) -> None:
    found = refusal(build_tree(tmp_path, {"pyproject.toml": content}), "pyproject")
    assert (found[0], message in found[1] or found[1]) == (f"pyproject.toml:{line}", True)


@pytest.mark.parametrize("dependencies", ["requirements", "generated"])
def test_a_broken_pyproject_is_refused_also_where_pip_does_not_read_it(tmp_path: Path, dependencies: str) -> None:
    build_tree(tmp_path, {"pyproject.toml": "[project]\nname =\n", "requirements.txt": "six\n"})
    assert refusal(tmp_path, dependencies) == ("pyproject.toml:2", "pyproject.toml is not TOML")
