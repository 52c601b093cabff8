"""The packages stage of rendered Dockerfiles installs real projects, with the files of the build context alone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from pytest_copier.plugin import CopierFixture

from dazzle_infra.backends.docker.answers import DockerAnswers
from dazzle_infra.backends.docker.backend import DockerBackend
from dazzle_infra.cli.loading import load
from dazzle_infra.cli.options import Options
from tests.support.cli import small_project
from tests.support.docker import copier_template, render
from tests.support.stages import Stages, filtered_context, run_dockerfile
from tests.support.trees import build_tree

__all__ = ["copier_template"]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("docker_packages")]

MANIFEST = '[project]\nname = "desk"\n\n[infra]\nappspec = "appspec.json"\nruntime = "{}"\n{}'
HATCH = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
Files = Mapping[str, str]


def python_package(name: str, *dependencies: str, more: str = HATCH) -> dict[str, str]:
    """Return a package whose module of that name knows its name."""
    metadata = f'[project]\nname = "{name}"\nversion = "1"\nrequires-python = ">=3.11"\n'
    return {
        f"{name}/pyproject.toml": f"{metadata}dependencies = {json.dumps(dependencies)}\n{more}",
        f"{name}/src/{name}/__init__.py": f"NAME = '{name}'\n",
        f"{name}/.env": "SECRET=1\n",
    }


def below(folder: str, files: Files) -> dict[str, str]:
    return {f"{folder}/{name}": content for name, content in files.items()}


def repository(folder: Path, files: Files) -> Path:
    build_tree(folder, {name: content.encode() for name, content in files.items()})
    (folder / ".git").mkdir(exist_ok=True)
    return folder


def run(*command: str, cwd: Path, environment: Mapping[str, str] | None = None) -> str:
    variables = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", **(environment or {})}
    done = subprocess.run(command, cwd=cwd, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def answers_of_project(project: Path, runtime: str, settings: str = "") -> DockerAnswers:
    small_project(project, MANIFEST.format(runtime, settings))
    application, _ = load(Options(project=project))
    return DockerBackend().answers(application)


def built(
    copier: CopierFixture,
    project: Path,
    answers: DockerAnswers,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    secrets: Mapping[str, str] | None = None,
) -> Stages:
    """Render, and run the Dockerfile on what its ignore file leaves of the build context."""
    rendered = render(copier, project, answers)
    context = (rendered / (answers.build_context or answers.project_root)).resolve()
    ignore = (rendered / "Dockerfile.dockerignore").read_text()
    left = filtered_context(context, ignore, folder / "context")
    dockerfile = (rendered / "Dockerfile").read_text()
    return run_dockerfile(dockerfile, left, folder / "stages", environment=environment, secrets=secrets)


def says(stages: Stages, code: str) -> str:
    """Return what the Python of the last stage prints."""
    python = stages.path("final", "/opt/venv/bin/python")
    return run(str(python), "-c", code, cwd=stages.path("final", "/app")).strip()


def test_a_member_of_a_uv_workspace_with_the_lock_at_the_root(copier: CopierFixture, tmp_path: Path) -> None:
    mono = repository(
        tmp_path / "mono",
        {
            "pyproject.toml": '[tool.uv.workspace]\nmembers = ["apps/*", "libs/*"]\n',
            "apps/web/pyproject.toml": '[project]\nname = "web"\nversion = "1"\nrequires-python = ">=3.11"\n'
            'dependencies = ["core"]\n[tool.uv.sources]\ncore = { workspace = true }\n',
            "apps/web/main.py": "import core\n",
            **below("libs", python_package("core", "base", more=f"{HATCH}[tool.uv.sources]\nbase.workspace = true\n")),
            **below("libs", python_package("base", "six")),
            **below("libs", python_package("unused", "idna")),
        },
    )
    run("uv", "lock", cwd=mono)
    answers = answers_of_project(mono / "apps/web", "fastapi").model_copy(update={"imports": ["core"], "packages": []})
    assert (answers.dependencies, answers.build_context, answers.project_path) == ("uv", "../../../..", "apps/web")
    stages = built(copier, mono / "apps/web", answers, tmp_path)
    assert says(stages, "import core, base, six, main; print(core.NAME, base.NAME)") == "core base"
    assert says(stages, "import importlib.util as i; print(i.find_spec('idna'))") == "None"
    # The installation does not depend on the sources of the stage.
    shutil.rmtree(stages.path("packages", "/build"))
    assert says(stages, "import core; print(core.NAME)") == "core"
    assert not list(stages.folder.rglob("packages/**/.env"))


def test_requirements_with_includes_wheels_and_editable_packages(copier: CopierFixture, tmp_path: Path) -> None:
    project = repository(
        tmp_path / "project",
        {
            "requirements.txt": "-r requirements/base.txt\n-c constraints.txt\n",
            "requirements/base.txt": "six\n-e ./libs/core\n./wheels/base-1-py3-none-any.whl\n",
            "constraints.txt": "six==1.16.0\n",
            "main.py": "",
            **below("libs", python_package("core")),
            **below("sources", python_package("base")),
        },
    )
    run("uv", "build", "--wheel", "--quiet", "--out-dir", str(project / "wheels"), cwd=project / "sources/base")
    (project / "wheels/.gitignore").unlink(missing_ok=True)
    answers = answers_of_project(project, "fastapi").model_copy(update={"imports": ["core"], "packages": []})
    stages = built(copier, project, answers, tmp_path)
    assert says(stages, "import core, base, six; print(core.NAME, base.NAME, six.__version__)") == "core base 1.16.0"
    assert stages.path("final", "/build/libs/core/src/core/__init__.py").is_file()
    assert not stages.path("final", "/build/libs/core/.env").exists()


def test_hashed_requirements_with_a_server_that_is_added(copier: CopierFixture, tmp_path: Path) -> None:
    project = repository(tmp_path / "project", {"requirements.in": "six==1.16.0\n", "main.py": ""})
    run(
        "uv", "pip", "compile", "--quiet", "--generate-hashes", "requirements.in", "-o", "requirements.txt", cwd=project
    )
    answers = answers_of_project(project, "fastapi")
    assert answers.hashed_requirements
    answers = answers.model_copy(update={"imports": ["six", "idna"], "packages": ["idna==3.10"]})
    assert says(built(copier, project, answers, tmp_path), "import six, idna; print(idna.__version__)") == "3.10"


def test_pyproject_with_sources_in_the_project(copier: CopierFixture, tmp_path: Path) -> None:
    sources = '[tool.uv.sources]\ncore = { path = "libs/core", editable = true }\nbase = { path = "libs/base" }\n'
    project = repository(
        tmp_path / "project",
        {
            "pyproject.toml": f'[project]\nname = "web"\nversion = "1"\ndependencies = ["core", "base"]\n{sources}',
            "main.py": "",
            **below("libs", python_package("core")),
            **below("libs", python_package("base")),
        },
    )
    answers = answers_of_project(project, "fastapi").model_copy(update={"imports": ["core"], "packages": []})
    stages = built(copier, project, answers, tmp_path)
    assert says(stages, "import core, base; print(core.NAME, base.NAME)") == "core base"
    assert stages.path("final", "/build/libs/core").is_dir()
    assert not stages.path("final", "/build/libs/base").exists()


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """Package managers of Node, by name: what has to be set for each."""
    if shutil.which("npm") is None:
        pytest.skip("no npm on PATH")
    found = {}
    for name, package in {"pnpm": "pnpm@10.18.0", "yarn1": "yarn@1.22.22", "yarn4": "@yarnpkg/cli-dist@4.18.1"}.items():
        folder = tmp_path_factory.mktemp(name)
        build_tree(folder, {"package.json": b"{}"})
        run("npm", "install", "--silent", package, cwd=folder)
        found[name] = {"PATH": f"{folder}/node_modules/.bin:{Path(sys.executable).parent}:{os.environ['PATH']}"}
    registry = run("npm", "config", "get", "registry", cwd=tmp_path_factory.getbasetemp()).strip().rstrip("/")
    found["yarn4"] |= {"YARN_NPM_REGISTRY_SERVER": registry, "YARN_UNSAFE_HTTP_WHITELIST": "*"}
    return {"npm": {"PATH": os.environ["PATH"]}, **found}


def node_package(name: str, **more: object) -> str:
    return json.dumps({"name": name, "version": "1.0.0", "main": "index.js", **more})


def monorepo(version: str) -> dict[str, str]:
    members = {
        "@acme/core": {"dependencies": {"base": version}, "scripts": {"postinstall": "node made.js"}},
        "base": {"dependencies": {"ee-first": "1.1.1"}},
        "unused": {"dependencies": {"depd": "2.0.0"}, "scripts": {"prepare": "exit 1"}},
    }
    files = {
        "package.json": json.dumps({"name": "root", "private": True, "workspaces": ["apps/*", "libs/*"]}),
        "apps/web/package.json": node_package("web", dependencies={"@acme/core": version, "escape-html": "1.0.3"}),
        "apps/web/server.js": "console.log(require('@acme/core'), typeof require('escape-html'))\n",
    }
    for name, more in members.items():
        folder = f"libs/{name.removeprefix('@acme/')}"
        files[f"{folder}/package.json"] = node_package(name, **more)
        files[f"{folder}/.env"] = "SECRET=1\n"
    files["libs/core/made.js"] = "require('fs').writeFileSync('made.json', '\"made\"')\n"
    files["libs/core/index.js"] = "module.exports = [require('base'), require('./made.json')]\n"
    files["libs/base/index.js"] = "module.exports = typeof require('ee-first')\n"
    return files


WORKSPACES = {
    "npm": ("npm", "*", {}, ["npm", "install", "--package-lock-only", "--silent"]),
    "pnpm": ("pnpm", "workspace:*", {"pnpm-workspace.yaml": "packages: ['apps/*', 'libs/*']\n"},
             ["pnpm", "install", "--lockfile-only"]),
    "yarn": ("yarn4", "workspace:*", {".yarnrc.yml": "nodeLinker: node-modules\n", "yarn.lock": ""},
             ["yarn", "install", "--mode=update-lockfile"]),
}  # fmt: skip


@pytest.mark.parametrize("manager", WORKSPACES)
def test_a_member_of_a_node_workspace_with_the_lock_at_the_root(
    copier: CopierFixture, tmp_path: Path, tools: dict[str, dict[str, str]], manager: str
) -> None:
    tool, version, more, lock = WORKSPACES[manager]
    mono = repository(tmp_path / "mono", {**monorepo(version), **more})
    run(*lock, cwd=mono, environment=tools[tool])
    answers = answers_of_project(mono / "apps/web", "express")
    assert (answers.dependencies, answers.project_path) == (manager, "apps/web")
    stages = built(copier, mono / "apps/web", answers, tmp_path, tools[tool])
    home = stages.path("final", "/app/apps/web")
    assert run("node", "server.js", cwd=home).strip() == "[ 'function', 'made' ] function"
    assert not list(stages.path("final", "/app").rglob("depd"))
    assert not list(stages.path("final", "/app").rglob(".env"))


@pytest.mark.parametrize(
    ("manager", "tool", "lock"),
    [
        ("npm", "npm", ["npm", "install", "--package-lock-only", "--silent", "--ignore-scripts"]),
        ("pnpm", "pnpm", ["pnpm", "install", "--lockfile-only"]),
        ("yarn", "yarn1", ["yarn", "install", "--ignore-scripts"]),
    ],
)
def test_scripts_of_the_installation_have_their_files_and_tools(
    copier: CopierFixture, tmp_path: Path, tools: dict[str, dict[str, str]], manager: str, tool: str, lock: list[str]
) -> None:
    scripts = {"postinstall": "tidy && node scripts/after.js"}
    manifest = node_package("web", scripts=scripts, dependencies={"ms": "2.1.3"}, devDependencies={"tidy": "file:tidy"})
    project = repository(
        tmp_path / "project",
        {
            "package.json": manifest,
            "server.js": "console.log(require('ms')('1s'), require('./made.json'))\n",
            "scripts/after.js": "require('fs').writeFileSync('made.json', JSON.stringify(require('./text')))\n",
            "scripts/text.js": "module.exports = 'made'\n",
            "tidy/package.json": node_package("tidy", bin={"tidy": "tidy.js"}),
            "tidy/tidy.js": "#!/usr/bin/env node\n",
        },
    )
    run(*lock, cwd=project, environment=tools[tool])
    shutil.rmtree(project / "node_modules", ignore_errors=True)
    answers = answers_of_project(project, "express")
    assert answers.dependencies == manager
    stages = built(copier, project, answers, tmp_path, tools[tool])
    home = stages.path("final", "/app")
    assert run("node", "server.js", cwd=home).strip() == "1000 made"
    assert not os.path.lexists(home / "node_modules/tidy")


def test_a_build_has_the_packages_for_development_and_the_image_has_not(
    copier: CopierFixture, tmp_path: Path, tools: dict[str, dict[str, str]]
) -> None:
    build = "require('inherits'); require('fs').writeFileSync('built.js', 'module.exports = 7')"
    scripts = {"build": f'node -e "{build}"', "start": "node server.js"}
    mono = repository(tmp_path / "mono", monorepo("*"))
    manifest = node_package(
        "web", scripts=scripts, dependencies={"@acme/core": "*"}, devDependencies={"inherits": "2.0.4"}
    )
    build_tree(
        mono, {"apps/web/package.json": manifest.encode(), "apps/web/server.js": b"console.log(require('./built'))"}
    )
    run("npm", "install", "--package-lock-only", "--silent", cwd=mono)
    stages = built(copier, mono / "apps/web", answers_of_project(mono / "apps/web", "express"), tmp_path)
    assert run("node", "server.js", cwd=stages.path("final", "/app/apps/web")).strip() == "7"
    assert list(stages.path("build", "/app").rglob("built.js"))
    assert not list(stages.path("final", "/app").rglob("inherits"))


def test_patches_and_settings_of_pnpm_apply(
    copier: CopierFixture, tmp_path: Path, tools: dict[str, dict[str, str]]
) -> None:
    project = repository(
        tmp_path / "project",
        {
            "package.json": node_package("web", dependencies={"escape-html": "1.0.3"}),
            "server.js": "console.log(require('escape-html/more'))\n",
            "pnpm-workspace.yaml": "patchedDependencies:\n  escape-html@1.0.3: patches/e.patch\n",
            "patches/e.patch": "diff --git a/more.js b/more.js\nnew file mode 100644\n--- /dev/null\n+++ b/more.js\n"
            "@@ -0,0 +1 @@\n+module.exports = 'patched'\n",
        },
    )
    run("pnpm", "install", "--lockfile-only", cwd=project, environment=tools["pnpm"])
    stages = built(copier, project, answers_of_project(project, "express"), tmp_path, tools["pnpm"])
    assert run("node", "server.js", cwd=stages.path("final", "/app")).strip() == "patched"


def test_a_secret_of_the_build_reaches_the_package_manager_and_no_layer(
    copier: CopierFixture, tmp_path: Path, tools: dict[str, dict[str, str]]
) -> None:
    project = repository(
        tmp_path / "project",
        {
            "package.json": node_package(
                "web", scripts={"postinstall": "node -p process.env.NPM_TOKEN.length>seen.txt"}
            ),
            "server.js": "",
            ".npmrc": "//registry.example/:_authToken=${NPM_TOKEN}\n",
        },
    )
    run("npm", "install", "--package-lock-only", "--silent", "--ignore-scripts", cwd=project)
    settings = '[infra.docker]\nbuild_secrets = ["NPM_TOKEN"]\n'
    answers = answers_of_project(project, "express", settings)
    stages = built(copier, project, answers, tmp_path, secrets={"NPM_TOKEN": "hunter2"})
    assert stages.path("packages", "/app/seen.txt").read_text() == "7\n"
    found = [path for path in stages.path("final", "/app").rglob("*") if path.is_file()]
    assert [path for path in found if b"hunter2" in path.read_bytes()] == []
    dockerfile = (project / answers.directory / "Dockerfile").read_text()
    assert "RUN --mount=type=secret,id=NPM_TOKEN,required=true \\\n NPM_TOKEN=" in dockerfile
