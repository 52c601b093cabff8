"""What runs the application: found among what its files declare, and how it is then served."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dazzle_infra
from dazzle_infra.backends.docker.backend import DockerBackend
from dazzle_infra.backends.terraform.backend import TerraformBackend
from dazzle_infra.cli.loading import load
from dazzle_infra.cli.options import Options
from dazzle_infra.project.files import read_project_files
from dazzle_infra.project.packages.declared import read_declared
from dazzle_infra.project.runtimes import RUNTIME_NAMES, RUNTIMES, runtime_record
from dazzle_infra.project.runtimes.detection import detect_runtime
from tests.support.cli import MANIFEST, run_here, small_project
from tests.support.runtimes import answered, package, pyproject
from tests.support.trees import build_tree

Files = Mapping[str, str]


BUILT = {"scripts": {"build": "vite build"}}
DETECTED: list[tuple[Files, str, str]] = [
    ({}, "dazzle", "no other framework"),
    ({"requirements.txt": "requests\n"}, "dazzle", "no other framework"),
    ({"requirements.txt": "Django>=5\n"}, "django", "project requirements.txt: depends on django"),
    ({"requirements.txt": "--pre\n-r more/base.txt\n", "more/base.txt": "fastapi[all] ; python_version > '3'\n"},
     "fastapi", "project more/base.txt"),
    ({"requirements.txt": "-r a.txt\n", "a.txt": "-r requirements.txt\nFastAPI==0.1 \\\n"}, "fastapi", "a.txt"),
    ({"pyproject.toml": pyproject("fastapi>=0.100")}, "fastapi", "pyproject.toml"),
    ({"pyproject.toml": '[tool.poetry.dependencies]\npython = "^3.12"\ndjango = "^5"\n'}, "django", "pyproject.toml"),
    ({"package.json": package("express")}, "express", "package.json"),
    ({"package.json": package("react", **BUILT)}, "react", "package.json"),
    ({"package.json": package("react", "express", **BUILT)}, "express", "package.json"),
    ({"package.json": package("next", "react", "express", **BUILT)}, "next", "package.json: depends on next"),
    ({"package.json": package("next", "react")}, "dazzle", ""),
    ({"requirements.txt": "fastapi\nfraiseql\n"}, "fraiseql", "depends on fraiseql"),
    ({"package.json": package("express"), "requirements.txt": "django\n"}, "django", "requirements.txt"),
    # Dazzle wins, wherever it is named.
    ({"requirements.txt": "django\ndazzle-dsl[serve]\n"}, "dazzle", "dazzle-dsl"),
    ({"pyproject.toml": pyproject("django", more='[dependency-groups]\nrun = ["dazzle_dsl"]\n')}, "dazzle", "-dsl"),
    ({"pyproject.toml": pyproject("django"), "uv.lock": '[[package]]\nname = "dazzle-dsl"\n'}, "dazzle", "-dsl"),
    ({"pyproject.toml": pyproject("dazzle-dsl"), "package.json": package("react", **BUILT)}, "dazzle", "dazzle-dsl"),
    # Words are no dependencies.
    ({"requirements.txt": "# django\nrequests  # not fastapi\ngit+https://x.example/django\n./django\n"}, "dazzle", ""),
    ({"pyproject.toml": '[project]\nname = "django"\ndescription = "fastapi"\nkeywords = ["django"]\n'}, "dazzle", ""),
    ({"package.json": package("left-pad", description="express", keywords=["react"])}, "dazzle", ""),
    ({"package.json": json.dumps({"devDependencies": {"express": "*"}})}, "dazzle", ""),
    ({"package.json": package("react")}, "dazzle", ""),
    ({"requirements.txt": "django-stubs\nfastapi_users\n"}, "dazzle", ""),
    ({"README.md": "django fastapi", "requirements-dev.txt": "django\n"}, "dazzle", ""),
    ({"requirements.txt": "-r ../outside.txt\n", "package.json": "[", "pyproject.toml": "["}, "dazzle", ""),
]  # fmt: skip


@pytest.mark.parametrize(("files", "name", "because"), DETECTED)
def test_a_runtime_is_a_declared_dependency(tmp_path: Path, files: Files, name: str, because: str) -> None:
    build_tree(tmp_path, {"outside.txt": "django\n"})
    found = detect_runtime(None, None, read_declared(build_tree(tmp_path / "project", files)))
    assert found.name == name
    assert because in f"{found.evidence}: {found.evidence.because}"


@pytest.mark.parametrize(
    ("files", "name", "because"),
    [
        (
            {"package.json": package("express")},
            "dazzle",
            "the project contains a model, and package.json is for its assets",
        ),
        ({"package.json": package("react", **BUILT)}, "dazzle", "package.json is for its assets"),
        ({"package.json": package("express"), "requirements.txt": "fastapi\n"}, "fastapi", "requirements.txt"),
        ({"requirements.txt": "django\n"}, "django", "requirements.txt"),
        ({}, "dazzle", "no other framework"),
    ],
)
def test_a_model_in_the_dsl_is_run_by_dazzle_unless_its_python_is_of_another_framework(
    tmp_path: Path, files: Files, name: str, because: str
) -> None:
    found = detect_runtime(None, None, read_declared(build_tree(tmp_path, files)), has_dsl=True)
    assert (found.name, because in found.evidence.because or because == found.evidence.source) == (name, True)


@pytest.mark.parametrize(("modules", "name"), [("", "dazzle"), ('\n[modules]\npaths = ["model"]\n', "express")])
def test_only_dsl_where_the_model_is_counts(tmp_path: Path, modules: str, name: str) -> None:
    docker, _ = answered(tmp_path, modules, {"package.json": package("express"), "dsl/app.dsl": "module desk\n"})
    assert docker.runtime == name


@pytest.mark.parametrize("name", RUNTIME_NAMES)
def test_what_is_chosen_wins(tmp_path: Path, name: str) -> None:
    declared = read_declared(build_tree(tmp_path, {"requirements.txt": "django\ndazzle-dsl\n"}))
    found = detect_runtime(name, "dazzle.toml:4", declared)
    assert (found.name, found.evidence.source) == (name, "dazzle.toml:4")


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["requirements.txt", "pyproject.toml", "package.json", "uv.lock", "manage.py"]), st.binary())
def test_no_file_is_too_odd_to_be_read(tmp_path_factory: pytest.TempPathFactory, name: str, content: bytes) -> None:
    project = build_tree(tmp_path_factory.mktemp("p"), {"pyproject.toml": pyproject("django"), name: content})
    assert detect_runtime(None, None, read_declared(project)).name in RUNTIME_NAMES
    for runtime in RUNTIMES:
        read_project_files(project, runtime, read_declared(project), module_paths=["dsl"])


DJANGO = 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings.dev")\n'
START: list[tuple[str, Files, str, str]] = [
    ("dazzle", {}, "uvicorn dazzle.http.runtime.app_factory:create_app_factory --factory --host 0.0.0.0 --port 80"
     " --proxy-headers --timeout-keep-alive 75", ""),
    ("django", {"manage.py": DJANGO}, "gunicorn shop.wsgi:application --bind 0.0.0.0:80 --keep-alive 75",
     "python manage.py runserver 0.0.0.0:80"),
    ("fastapi", {"app/main.py": "import fastapi\napi: object = fastapi.FastAPI()\n"},
     "uvicorn app.main:api --host 0.0.0.0 --port 80 --proxy-headers --timeout-keep-alive 75",
     "uvicorn app.main:api --host 0.0.0.0 --port 80 --reload"),
    ("fastapi", {"main.py": "# app = FastAPI()\n", "src/api.py": "service = FastAPI(title='x')\n"},
     "uvicorn api:service --app-dir src --host 0.0.0.0 --port 80 --proxy-headers --timeout-keep-alive 75",
     "uvicorn api:service --app-dir src --host 0.0.0.0 --port 80 --reload"),
    ("fastapi", {"main.py": "def ("},
     "uvicorn main:app --host 0.0.0.0 --port 80 --proxy-headers --timeout-keep-alive 75",
     "uvicorn main:app --host 0.0.0.0 --port 80 --reload"),
    ("fastapi", {"shop/web/service.py": "api = FastAPI()\n", "tests/main.py": "app = FastAPI()\n"},
     "uvicorn shop.web.service:api --host 0.0.0.0 --port 80 --proxy-headers --timeout-keep-alive 75",
     "uvicorn shop.web.service:api --host 0.0.0.0 --port 80 --reload"),
    ("fastapi", {"src/shop/main.py": "api = FastAPI()\n"},
     "uvicorn shop.main:api --app-dir src --host 0.0.0.0 --port 80 --proxy-headers --timeout-keep-alive 75",
     "uvicorn shop.main:api --app-dir src --host 0.0.0.0 --port 80 --reload"),
    ("django", {"manage.py": DJANGO, "site_/wsgi.py": "application = get_wsgi_application()\n"},
     "gunicorn site_.wsgi:application --bind 0.0.0.0:80 --keep-alive 75", "python manage.py runserver 0.0.0.0:80"),
    ("django", {"manage.py": DJANGO, "src/shop/wsgi.py": ""},
     "gunicorn shop.wsgi:application --bind 0.0.0.0:80 --keep-alive 75 --pythonpath src",
     "python manage.py runserver 0.0.0.0:80"),
    ("express", {"package.json": package(scripts={"start": "node --env-file=x bin/www.js"})},
     "node --env-file=x bin/www.js", "node --watch --env-file=x bin/www.js"),
    ("express", {"package.json": package(main="lib/a.js"), "lib/a.js": ""}, "node lib/a.js", "node --watch lib/a.js"),
    ("express", {"src/index.js": ""}, "node src/index.js", "node --watch src/index.js"),
    ("next", {}, "npx next start --hostname 0.0.0.0 --port 80", ""),
    ("next", {"package.json": package(scripts={"start": "next start -p 4000"})},
     "npx next start --hostname 0.0.0.0 --port 80", ""),
    ("next", {"package.json": package(scripts={"start": "node server.js"})}, "npm start", ""),
    ("next", {"package.json": package(scripts={"start": "next start && x"})}, "npm start", ""),
    ("fraiseql", {}, "fraiseql run --host 0.0.0.0 --port 80", ""),
    ("fraiseql", {"src/app.py": "from fraiseql.fastapi import create_fraiseql_app\napi = create_fraiseql_app()\n"},
     "uvicorn app:api --app-dir src --host 0.0.0.0 --port 80 --proxy-headers --timeout-keep-alive 75",
     "uvicorn app:api --app-dir src --host 0.0.0.0 --port 80 --reload"),
    ("express", {"package.json": package(scripts={"start": "A=1 node a.js && b", "build": "tsc"})}, "npm start", ""),
    ("react", {"package.json": package("vite", "react")}, "caddy run --config /etc/caddy/Caddyfile",
     "npx vite --host 0.0.0.0 --port 5173 --strictPort"),
    ("react", {"package.json": package(scripts={"dev": "x"})}, "caddy run --config /etc/caddy/Caddyfile",
     "npm run dev"),
]  # fmt: skip


@pytest.mark.parametrize(("runtime", "files", "start", "develop"), START)
def test_a_runtime_is_started_by_what_is_there(
    tmp_path: Path, runtime: str, files: Files, start: str, develop: str
) -> None:
    project = build_tree(tmp_path, files)
    commands = runtime_record(runtime).commands(project, read_declared(project), 80)
    assert (" ".join(commands.serve), " ".join(commands.develop)) == (start, develop)


NO_FASTAPI = "no FastAPI() application was found, and the command serves main:app"
NO_WSGI = "no WSGI application was found, and the command serves config.wsgi:application"
NO_FILE = "the command starts server.js, which does not exist"
FACTORY = "def create_app():\n    return FastAPI()\n"


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({"requirements.txt": "fastapi\n", "main.py": FACTORY}, NO_FASTAPI),
        ({"requirements.txt": "fastapi\n", "shop/main.py": "api = FastAPI()\n"}, ""),
        ({"requirements.txt": "django\n", "manage.py": ""}, NO_WSGI),
        ({"requirements.txt": "django\n", "manage.py": DJANGO, "shop/wsgi.py": ""}, ""),
        ({"package.json": package("express")}, NO_FILE),
        ({"package.json": package("express", scripts={"start": "node server.js"})}, NO_FILE),
        ({"package.json": package("express", scripts={"start": "node server"}), "server.js": ""}, ""),
        ({"package.json": package("express", scripts={"start": "node dist/a.js", "build": "tsc"})}, ""),
    ],
)
def test_a_command_that_names_nothing_that_exists_is_a_warning(tmp_path: Path, files: Files, problem: str) -> None:
    application, _ = load(Options(project=build_tree(small_project(tmp_path), files)))
    said = [f"{problem}: add the file, or set command in [infra.entry_points.web]"] if problem else []
    for backend in (DockerBackend(), TerraformBackend()):
        assert [one for one in backend.warnings(application) if "the command" in one] == said


def test_a_stated_command_is_not_searched_for(tmp_path: Path) -> None:
    stated = MANIFEST + '\n[infra.entry_points.web]\ncommand = ["serve"]\n'
    project = build_tree(small_project(tmp_path, stated), {"requirements.txt": "fastapi\n"})
    application, _ = load(Options(project=project))
    assert not [one for one in DockerBackend().warnings(application) if "FastAPI" in one]


@pytest.mark.parametrize(
    ("files", "message", "place"),
    [
        ({"package.json": '{\n  "dependencies": {"express": "5"},\n}\n'}, "package.json is not JSON", "package.json:3"),
        ({"package.json": "[]"}, "package.json contains no table of keys", "package.json:1"),
        (
            {"pyproject.toml": '[project]\ndependencies = ["fastapi",\n'},
            "pyproject.toml is not TOML",
            "pyproject.toml:3",
        ),
    ],
)
def test_a_broken_file_that_may_name_the_framework_is_refused(
    tmp_path: Path, files: Files, message: str, place: str
) -> None:
    project = build_tree(small_project(tmp_path), files)
    for command in ("docker", "terraform", "explain"):
        ran = run_here(command, cwd=project)
        assert (ran.status, ran.out) == (2, "")
        assert message in ran.err
        assert place in ran.err


def test_a_broken_package_json_beside_a_model_or_a_framework_is_not_read(tmp_path: Path) -> None:
    for name, files in (("model", {"dsl/a.dsl": "module a\n"}), ("framework", {"requirements.txt": "django\n"})):
        project = build_tree(small_project(tmp_path / name), {"package.json": "{,}", **files})
        assert run_here("explain", cwd=project).status == 0


def test_a_package_json_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    project = build_tree(tmp_path, {"package.json": f"\ufeff{package('express')}"})
    assert detect_runtime(None, None, read_declared(project)).name == "express"


@pytest.mark.parametrize(
    ("runtime", "requirements", "packages"),
    [
        ("django", "django\n", ["gunicorn"]),
        ("django", "Django\ngunicorn\n", []),
        ("django", "", ["django", "gunicorn"]),
        ("fastapi", "fastapi\n", ["uvicorn"]),
        ("fastapi", "fastapi[standard]\n", []),
        ("fastapi", "fastapi\nuvicorn[standard]\n", []),
    ],
)
def test_what_serves_is_added_where_the_project_does_not_name_it(
    tmp_path: Path, runtime: str, requirements: str, packages: list[str]
) -> None:
    project = build_tree(tmp_path, {"requirements.txt": requirements})
    commands = runtime_record(runtime).commands(project, read_declared(project), 8000)
    assert [package.split("==")[0] for package in commands.packages] == packages
    assert all("==" in package for package in commands.packages)


@pytest.mark.parametrize(
    ("files", "dependencies", "manager"),
    [
        ({}, "package", ""),
        ({"package-lock.json": "{}"}, "npm", ""),
        ({"npm-shrinkwrap.json": "{}"}, "npm", ""),
        ({"pnpm-lock.yaml": ""}, "pnpm", "pnpm@10.18.0"),
        ({"pnpm-lock.yaml": "", "package.json": package(packageManager="pnpm@9.1.2+sha512.ab")}, "pnpm", "pnpm@9.1.2"),
        ({"yarn.lock": "# THIS IS\n# yarn lockfile v1\n"}, "yarn", "yarn@1.22.22"),
        ({"yarn.lock": "# x\n\n__metadata:\n  version: 6\n  cacheKey: 8\n"}, "package", ""),
        ({"yarn.lock": "# x\n\n__metadata:\n  version: 8\n  cacheKey: 10c0\n"}, "yarn", "yarn@4.18.1"),
        (
            {"yarn.lock": "__metadata:\n  version: 8\n", "package.json": package(packageManager="yarn@4.9.2")},
            "yarn",
            "yarn@4.9.2",
        ),
        (
            {"yarn.lock": "__metadata:\n  version: 8\n", "package.json": package(packageManager="yarn@1.22.0")},
            "yarn",
            "yarn@4.18.1",
        ),
        ({"yarn.lock": "broken"}, "package", ""),
    ],
)
def test_node_packages_come_from_the_lock_that_is_there(
    tmp_path: Path, files: Files, dependencies: str, manager: str
) -> None:
    project = build_tree(tmp_path, files)
    found = read_project_files(project, runtime_record("express"), read_declared(project))
    assert (found.dependencies, found.package_manager) == (dependencies, manager)


PYTHON_TREE = [
    "manage.py",
    "shop/__init__.py",
    "notes/x.py",
    "tests/__init__.py",
    "conftest.py",
    "static/x",
    "dsl/a.dsl",
]
NODE_TREE = [
    *("server.js", "vite.config.ts", "tsconfig.app.json", "eslint.config.js", "package.json", "src/a.js"),
    *("public/x", "node_modules/x/i.js", "index.html", "dsl/a.dsl", ".env"),
]


@pytest.mark.parametrize(
    ("runtime", "tree", "copied"),
    [
        ("django", PYTHON_TREE, ["manage.py", "shop", "static"]),
        ("express", NODE_TREE, ["index.html", "public", "server.js", "src", "tsconfig.app.json", "vite.config.ts"]),
    ],
)
def test_what_goes_into_the_image_is_what_the_runtime_is_made_of(
    tmp_path: Path, runtime: str, tree: list[str], copied: list[str]
) -> None:
    project = build_tree(tmp_path, dict.fromkeys(tree, ""))
    found = read_project_files(project, runtime_record(runtime), read_declared(project), module_paths=["dsl"])
    assert list(found.copy_paths) == copied


@pytest.mark.parametrize(
    ("runtime", "files", "copied"),
    [
        ("fastapi", {"app/main.py": "app = FastAPI()\n", "notes/x.py": ""}, ["app"]),
        ("fastapi", {"src/main.py": "app = FastAPI()\n"}, ["src"]),
        (
            "django",
            {
                "manage.py": "",
                "shop/celery.py": "from celery import Celery\napp = Celery('shop')\n",
                "requirements.txt": "celery\n",
            },
            ["manage.py", "shop"],
        ),
    ],
)
def test_the_folder_of_a_module_that_a_command_names_goes_into_the_image_without_being_a_package(
    tmp_path: Path, runtime: str, files: Files, copied: list[str]
) -> None:
    project = build_tree(tmp_path, files)
    found = read_project_files(project, runtime_record(runtime), read_declared(project))
    assert list(found.copy_paths) == copied


def test_no_file_but_that_of_a_runtime_names_it() -> None:
    folder = Path(dazzle_infra.__file__).parent
    names = [name for name in RUNTIME_NAMES if name != "dazzle"]
    # Dazzle is also the name of a program, of a package and of a key.
    name = re.compile(rf"""["'](?:{"|".join(names)})["']|runtime(?:\.name)?\s*(?:[!=]=|in)\s*\W*["']""")
    found = [
        f"{path.relative_to(folder)}: {line.strip()}"
        for path in sorted(folder.rglob("*.py"))
        if path.parent != folder / "project/runtimes"
        for line in path.read_text().splitlines()
        if name.search(line)
    ]
    assert found == []
