"""Hooks of installed packages: entry points that work, and those that do not."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from tests.support.cli import MANIFEST, run_here, small_project
from tests.support.plugins import install
from tests.support.trees import build_tree

_numbers = count()
GOOD = """\
from dazzle_infra.hooks import Hook, HookResult


class Rollout(Hook):
    name = "rollout"
    summary = "announces the rollout"
    after_hooks = ("git_view",)

    def after(self, context):
        return HookResult(display_to_user=("announced",))
"""


def installed(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str, value: str = "Rollout") -> None:
    """Install a package, named `acme-hooks 1.2`, with an entry point for hooks."""
    module = f"acme_hooks_{next(_numbers)}"
    build_tree(
        folder,
        {
            f"{module}.py": text,
            "acme_hooks-1.2.dist-info/METADATA": "Metadata-Version: 2.1\nName: acme-hooks\nVersion: 1.2\n",
            "acme_hooks-1.2.dist-info/entry_points.txt": f"[dazzle_infra.hooks]\nrollout = {module}:{value}\n",
        },
    )
    monkeypatch.syspath_prepend(str(folder))


def test_a_hook_of_a_package_runs_where_dazzle_toml_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(tmp_path / "site", monkeypatch, GOOD)
    project = small_project(tmp_path / "p", MANIFEST + '[infra.hooks]\npost_build = ["rollout"]\n')
    assert "rollout               announced\n" in run_here("docker", cwd=project).out
    hooks = run_here("hooks", "--json", cwd=project).json["backends"][0]["hooks"]
    [rollout] = [one for one in hooks if one["name"] == "rollout"]
    assert (rollout["origin"], rollout["state"], rollout["phases"]) == ("acme-hooks 1.2", "runs", ["after"])
    names = [one["name"] for one in hooks if one["state"] == "runs"]
    assert names.index("rollout") > names.index("git_view")


@pytest.mark.parametrize(
    ("text", "value", "problem"),
    [
        ("raise RuntimeError('no licence')", "Rollout", "hook rollout raised RuntimeError: no licence while it was"),
        ("import sys; print('bye'); sys.exit(4)", "Rollout", "hook rollout called sys.exit(4) while it was imported"),
        ("Rollout = 1", "Rollout", "hook rollout: an object of type int is not a class below dazzle_infra.hooks.Hook"),
        (GOOD, "Missing", "hook rollout raised AttributeError"),
        (GOOD.replace('"rollout"', '"Roll Out"'), "Rollout", "name 'Roll Out' must contain only lower-case letters"),
        (GOOD.replace('"rollout"', '"git_view"'), "Rollout", "hook git_view exists already"),
        (GOOD + "    api = 2\n", "Rollout", "api 2 is not supported; this version of dazzle-infra supports 1"),
        (GOOD.replace("def after", "def afterwards"), "Rollout", "none of the methods before, contribute and after"),
        (GOOD + "    seconds = -1\n", "Rollout", "seconds must be a number from 0 to 3600"),
        (GOOD + "    Options = dict\n", "Rollout", "Options must be a pydantic model"),
        (GOOD + "    def __init__(self):\n        raise ValueError('x')\n", "Rollout", "Rollout raised ValueError: x"),
    ],
)
def test_a_broken_package_is_a_warning_that_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, value: str, problem: str
) -> None:
    installed(tmp_path / "site", monkeypatch, text, value)
    project = small_project(tmp_path / "p")
    ran = run_here("all", "--json", cwd=project)
    assert (ran.status, ran.json["ok"]) == (0, True)
    assert ran.err.count("acme-hooks 1.2") == 1
    assert "warning: package acme-hooks 1.2: " in ran.err
    assert problem in ran.err
    [finding] = [one for one in run_here("doctor", "--json", cwd=project).json["findings"] if one["name"] == "hook"]
    assert finding["meaning"].startswith("acme-hooks 1.2: ")
    assert problem in finding["meaning"]


def test_an_unknown_hook_is_an_error_that_says_which_there_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(tmp_path / "site", monkeypatch, GOOD)
    project = small_project(tmp_path / "p", MANIFEST + '[infra.hooks]\npost_build = ["rolout"]\n')
    ran = run_here("docker", cwd=project)
    assert ran.status == 2
    assert 'unknown hook "rolout"; did you mean "rollout"?' in ran.err


BACKEND = """\
from dazzle_infra.backends import Backend
from dazzle_infra.hooks import Hook, HookResult


class Announce(Hook):
    name, opt_in = "announce", False

    def after(self, context):
        print("straight out")
        if FAILS:
            raise RuntimeError("no luck")
        return HookResult(display_to_user=("announced",))


class Charts(Backend):
    name, summary, template = "charts", "a copy of the stack", "docker"

    def answers(self, application, made=None):
        return {"app_name": "desk"}

    def hooks(self):
        return [Announce()]
"""


@pytest.mark.parametrize("fails", [False, True])
def test_a_hook_of_a_backend_of_a_package_cannot_break_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    install(monkeypatch, tmp_path / "site", BACKEND.replace("FAILS", str(fails)))
    project = small_project(tmp_path / "p")
    ran = run_here("charts", "--json", cwd=project)
    assert ran.status == int(fails), ran.err
    [report] = ran.json["backends"][0]["hooks"]
    assert report["display"] == (["straight out"] if fails else ["announced", "straight out"])
    assert report["message"] == ("raised RuntimeError: no luck" if fails else "")
    assert (project / "infra/charts/compose.yaml").is_file()
