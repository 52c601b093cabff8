"""How pipelines install and check a project follows from its own files; nothing is invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from dazzle_infra.backends.ci.checks import checking_of
from tests.support.runtimes import package, pyproject
from tests.support.workloads import application

PIP = "python -m pip install"
UV = f'{PIP} "uv==0.13.8"'
POETRY = f'{PIP} "poetry==2.5.1"'
TESTS = {"tests/test_shop.py": ""}
UV_LOCK = 'version = 1\nrequires-python = ">=3.12"\n'
FASTAPI = pyproject("fastapi")


def groups(**listed: str) -> str:
    """Return the dependency groups, each with one requirement."""
    return "[dependency-groups]\n" + "".join(f'{name} = ["{one}"]\n' for name, one in listed.items())


def extras(**listed: str) -> str:
    """Return the extras, each with one requirement."""
    return "[project.optional-dependencies]\n" + "".join(f'{name} = ["{one}"]\n' for name, one in listed.items())


def checking(folder: Path, files: dict[str, str], manifest: str = "") -> tuple[list[str], dict[str, str]]:
    """Return the commands that install a project of those files, and its checks by name."""
    found = checking_of(application(folder, manifest=manifest, files=files))
    return list(found.install), {one.name: one.command for one in found.checks}


@pytest.mark.parametrize(
    ("files", "install", "checks"),
    [
        (
            {"pyproject.toml": FASTAPI + groups(dev="pytest>=8", lint="ruff"), "uv.lock": UV_LOCK, **TESTS},
            [UV, "uv sync --locked --group lint"],
            {"lint": "uv run --no-sync ruff check", "test": "uv run --no-sync python -m pytest"},
        ),
        (
            {"pyproject.toml": FASTAPI + extras(test="pytest"), "uv.lock": UV_LOCK, **TESTS},
            [UV, "uv sync --locked --extra test"],
            {"test": "uv run --no-sync python -m pytest"},
        ),
        (
            {
                "pyproject.toml": FASTAPI + groups(test="pytest") + '[tool.uv]\ndefault-groups = "all"\n',
                "uv.lock": UV_LOCK,
                **TESTS,
            },
            [UV, "uv sync --locked"],
            {"test": "uv run --no-sync python -m pytest"},
        ),
        (
            {
                "pyproject.toml": FASTAPI + '[dependency-groups]\ntools = ["ruff"]\nci = [{include-group = "tools"}]\n',
                "uv.lock": UV_LOCK,
            },
            [UV, "uv sync --locked --group tools"],
            {"lint": "uv run --no-sync ruff check"},
        ),
        (
            {
                "pyproject.toml": '[tool.poetry]\nname = "shop"\n[tool.poetry.dependencies]\nfastapi = "*"\n'
                '[tool.poetry.group.dev.dependencies]\npytest = "*"\n'
                '[tool.poetry.group.lint]\noptional = true\n[tool.poetry.group.lint.dependencies]\nruff = "*"\n',
                "poetry.lock": "",
                **TESTS,
            },
            [POETRY, "poetry install --no-interaction --no-root --with lint"],
            {"lint": "poetry run ruff check", "test": "poetry run python -m pytest"},
        ),
        (
            {
                "pyproject.toml": '[tool.poetry]\nname = "my-shop"\n[tool.poetry.dependencies]\nfastapi = "*"\n'
                '[tool.poetry.dev-dependencies]\npytest = "*"\n',
                "src/my_shop/__init__.py": "",
                **TESTS,
            },
            [POETRY, "poetry install --no-interaction"],
            {"test": "poetry run python -m pytest"},
        ),
        (
            {
                "requirements.txt": "fastapi\n",
                "requirements-dev.txt": "-r requirements.txt\npytest==8.0 \\\n    --hash=sha256:00\nruff # style\n",
                **TESTS,
            },
            [f"{PIP} --requirement requirements.txt", f"{PIP} --requirement requirements-dev.txt"],
            {"lint": "ruff check", "test": "python -m pytest"},
        ),
        (
            {"requirements.txt": "fastapi\n", "pyproject.toml": groups(dev="pytest"), **TESTS},
            [f"{PIP} --requirement requirements.txt", UV, "uv pip install --system --group dev"],
            {"test": "python -m pytest"},
        ),
        (
            {"requirements.txt": "fastapi\npytest\n", **TESTS},
            [f"{PIP} --requirement requirements.txt"],
            {"test": "python -m pytest"},
        ),
        (
            {"pyproject.toml": FASTAPI + extras(dev="x[test]", test="pytest") + groups(lint="ruff"), **TESTS},
            [UV, "uv pip install --system --requirements pyproject.toml --extra dev --group lint"],
            {"lint": "ruff check", "test": "python -m pytest"},
        ),
        (
            {
                "pyproject.toml": FASTAPI + extras(dev="pytest") + '[build-system]\nrequires = ["hatchling"]\n',
                **TESTS,
            },
            [UV, "uv pip install --system --editable '.[dev]'"],
            {"test": "python -m pytest"},
        ),
    ],
    ids=[
        *("uv", "uv with an extra", "uv with all groups", "an included group", "poetry", "poetry with its package"),
        *("requirements", "requirements and a group", "tools among the packages", "pyproject", "a built package"),
    ],
)  # fmt: skip
def test_the_tools_of_a_python_project_are_installed_as_it_declares_them(
    tmp_path: Path, files: dict[str, str], install: list[str], checks: dict[str, str]
) -> None:
    assert checking(tmp_path, files) == (install, checks)


def test_pytest_is_not_started_without_tests_and_nothing_is_installed_for_nothing(tmp_path: Path) -> None:
    files = {"pyproject.toml": FASTAPI + groups(dev="pytest"), "uv.lock": UV_LOCK, ".venv/lib/test_x.py": ""}
    assert checking(tmp_path, files) == ([], {})


def test_a_tool_that_the_project_does_not_declare_is_not_used(tmp_path: Path) -> None:
    files = {"pyproject.toml": FASTAPI + "[tool.ruff]\nline-length = 100\n", **TESTS}
    assert checking(tmp_path, files) == ([], {})


def test_django_runs_its_own_tests_where_pytest_is_not_declared(tmp_path: Path) -> None:
    files = {"requirements.txt": "django\n", "manage.py": "", "shop/tests.py": ""}
    install, checks = checking(tmp_path, files)
    assert install == [f"{PIP} --requirement requirements.txt"]
    assert checks == {"test": "python manage.py test"}


@pytest.mark.parametrize(
    ("manifest", "version"),
    [("", "0.125.0"), ('dazzle_version = "0.126.1"\n', "0.126.1")],
)
def test_the_model_is_validated_by_the_dazzle_of_the_image(tmp_path: Path, manifest: str, version: str) -> None:
    install, checks = checking(tmp_path, {}, manifest)
    assert install == [f'{PIP} "dazzle-dsl=={version}"']
    assert checks == {"validate": "dazzle validate"}


def test_the_model_is_validated_by_the_dazzle_that_the_project_locks(tmp_path: Path) -> None:
    files = {"pyproject.toml": pyproject("dazzle-dsl==0.125.0"), "uv.lock": UV_LOCK}
    install, checks = checking(tmp_path, files)
    assert install == [UV, "uv sync --locked"]
    assert checks == {"validate": "uv run --no-sync dazzle validate"}


@pytest.mark.parametrize(
    ("lock", "manager", "install", "run"),
    [
        ({"package-lock.json": "{}"}, "", ["npm ci"], "npm"),
        ({}, "", ["npm install"], "npm"),
        (
            {"pnpm-lock.yaml": "lockfileVersion: '9.0'\n"},
            "pnpm@10.1.2",
            ["npm install --global --force pnpm@10.1.2", "pnpm install --frozen-lockfile"],
            "pnpm",
        ),
        (
            {"yarn.lock": "# yarn lockfile v1\n"},
            "",
            ["npm install --global --force yarn@1.22.22", "yarn install --frozen-lockfile"],
            "yarn",
        ),
        (
            {"yarn.lock": "__metadata:\n  version: 8\n"},
            "yarn@4.2.0",
            ["npm install --global --force @yarnpkg/cli-dist@4.2.0", "yarn install --immutable"],
            "yarn",
        ),
    ],
    ids=["npm", "without a lock", "pnpm", "yarn 1", "yarn 4"],
)
def test_the_scripts_of_a_node_project_are_run_by_its_package_manager(
    tmp_path: Path, lock: dict[str, str], manager: str, install: list[str], run: str
) -> None:
    more = {"packageManager": manager} if manager else {}
    scripts = {"lint": "eslint .", "test": "vitest", "build": "vite build"}
    files = {"package.json": package("express", scripts=scripts, **more), "server.js": "", **lock}
    assert checking(tmp_path, files) == (install, {"lint": f"{run} run lint", "test": f"{run} run test"})


def test_a_member_of_a_workspace_is_installed_at_the_root_of_the_workspace(tmp_path: Path) -> None:
    root = {"package.json": '{"workspaces": ["apps/*"]}', "package-lock.json": "{}", ".git/HEAD": "ref: refs/heads/x\n"}
    for path, text in root.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    files = {"package.json": package("express", scripts={"test": "node --test"}), "server.js": ""}
    assert checking(tmp_path / "apps/shop", files) == (["(cd ../.. && npm ci)"], {"test": "npm run test"})


def test_the_script_that_npm_makes_and_that_always_fails_is_no_check(tmp_path: Path) -> None:
    scripts = {"test": 'echo "Error: no test specified" && exit 1'}
    assert checking(tmp_path, {"package.json": package("express", scripts=scripts), "server.js": ""}) == ([], {})
