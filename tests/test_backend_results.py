"""What a backend of a package returns is checked: one message names package and method, and nothing is written."""

from __future__ import annotations

import signal
from inspect import isfunction
from pathlib import Path
from typing import Any

import pytest

from dazzle_infra.backends import Backend
from dazzle_infra.backends.results import WrongResultError, checked
from dazzle_infra.plugins.calls import PluginError, call
from tests.support.cli import MANIFEST, run_cli, run_here, small_project
from tests.support.custom_templates import committed
from tests.support.plugins import BACKEND, install
from tests.support.trees import read_tree

WHO = "the backend charts of acme-charts 1.2.0"
ANSWERS = {
    "[1]": "returned list; it must return BaseModel or Mapping",
    "None": "returned NoneType; it must return BaseModel or Mapping",
    "{1: 2}": "returned an answer whose name is 1, not a text",
    "{'app_name': {1}}": "returned set as the answer app_name",
    "{'stores': [{'a': float('nan')}]}": "returned nan as the answer stores.0.a, not a finite number",
    "{'stores': [{1: 2}]}": "returned the key 1 in the answer stores.0",
    "{'stores': deep}": "returned more than 20 levels in the answer stores",
}
OTHERS = {
    "settings": ("return None", "returned NoneType; it must return BackendSettings"),
    "directory": ("return 5", "returned int; it must return str"),
    "choice": ("return None", "returned NoneType; it must return TemplateChoice"),
    "warnings": ("return 'abc'", "did not return a list of str"),
    "hooks": ("return [5]", "did not return a list of Hook"),
    "kept": ("return [Kept(1, 2, 3, 4, 5, 6)]", "returned something else than list[Kept]: 0"),
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return small_project(tmp_path / "desk", f'{MANIFEST}backends = ["docker", "charts"]\n[infra.charts]\n')


def backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, before: str = "") -> None:
    """Install a package whose backend has a method."""
    text = BACKEND.format(template=str(committed("helm", tmp_path / "template")))
    install(monkeypatch, tmp_path / "packages", f"{before}\n{text}    {code}\n")


def assert_refused(project: Path, method: str, said: str) -> None:
    before = read_tree(project)
    ran = run_here("charts", "--json", cwd=project)
    assert (ran.status, ran.json["code"]) == (1, "plugin"), ran
    assert f"{WHO}, in {method}, {said}" in ran.json["message"]
    assert read_tree(project) == before


@pytest.mark.parametrize(("value", "said"), ANSWERS.items(), ids=ANSWERS)
def test_answers_that_are_no_plain_data_are_refused(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str, said: str
) -> None:
    deep = "deep = []\nfor _ in range(5000): deep = [deep]"
    backend(tmp_path, monkeypatch, f"def answers(self, application, made=None): return {value}", deep)
    assert_refused(project, "answers", said)


@pytest.mark.parametrize("method", OTHERS)
def test_a_value_of_another_type_is_refused(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    code, said = OTHERS[method]
    before = "from dazzle_infra.backends.identity import Kept"
    backend(tmp_path, monkeypatch, f"def {method}(self, *_): {code}", before)
    assert_refused(project, method, said)


@pytest.mark.parametrize(
    "method", [name for name, member in vars(Backend).items() if isfunction(member) and not name.startswith("_")]
)
def test_the_result_of_each_method_is_checked(method: str) -> None:
    if method in ("settings", "validate"):  # one has a model of its own, the other no result
        return
    with pytest.raises(WrongResultError):
        checked(method, object())


def test_warnings_that_fail_leave_nothing_written(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend(tmp_path, monkeypatch, "def warnings(self, application): raise SystemExit(2)")
    assert_refused(project, "warnings", "called sys.exit(2)")


@pytest.mark.parametrize(
    ("method", "command", "found"),
    [
        ("tools", ("doctor",), lambda ran: [one["meaning"] for one in ran["findings"]]),
        ("hooks", ("doctor",), lambda ran: [one["meaning"] for one in ran["findings"]]),
        ("hooks", ("docker", "--dry-run"), lambda ran: []),
        ("provides", ("explain", "database"), lambda ran: [one["because"] for one in ran["requirements"][0]["served"]]),
    ],
)
def test_a_method_that_fails_stops_no_command_for_other_backends(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str, command: tuple[str, ...], found: Any
) -> None:
    backend(tmp_path, monkeypatch, f"def {method}(self, *_): return 1 / 0")
    ran = run_here(*command, "--json", cwd=project)
    assert ran.status == 0, ran
    said = f"{WHO}, in {method}, raised ZeroDivisionError: division by zero"
    assert any(said in text for text in (*found(ran.json), ran.err))


SETTINGS = {
    "exits": ("def problems(self, context): raise SystemExit(3)", "in problems, called sys.exit(3)"),
    "returns nothing": ("def problems(self, context): return None", "in problems, raised TypeError"),
    "yields numbers": ("def problems(self, context): yield 5", "in problems, returned something else than problems"),
}


@pytest.mark.parametrize(("code", "said"), SETTINGS.values(), ids=SETTINGS)
def test_a_table_whose_rules_fail_is_one_message(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, said: str
) -> None:
    before = (
        "from dazzle_infra.backends import BackendSettings\nfrom pydantic import model_validator\n"
        f"class Own(BackendSettings):\n    {code}\n"
    )
    backend(tmp_path, monkeypatch, "Settings = Own", before)
    ran = run_here("charts", "--json", cwd=project)
    assert (ran.status, ran.json["code"]) == (1, "plugin"), ran
    assert WHO in ran.json["message"]
    assert said in ran.json["message"]


def test_what_the_rules_of_a_table_print_is_not_in_the_document(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (
        "from dazzle_infra.backends import BackendSettings\nclass Own(BackendSettings):\n"
        "    def problems(self, context):\n        print('working')\n        return iter(())\n"
    )
    backend(tmp_path, monkeypatch, "Settings = Own", before)
    ran = run_here("charts", "--dry-run", "--json", cwd=project)
    assert (ran.status, ran.json["ok"], "working" in ran.err) == (0, True, True)


@pytest.mark.parametrize("handler", [signal.default_int_handler, signal.SIG_IGN], ids=["foreground", "background"])
def test_a_package_that_raises_an_interrupt_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, handler: signal._HANDLER, request: pytest.FixtureRequest
) -> None:
    install(monkeypatch, tmp_path / "packages", "raise KeyboardInterrupt")
    project = small_project(tmp_path / "desk")
    before = signal.signal(signal.SIGINT, handler)
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, before))
    ran = run_cli("charts", "--json", cwd=project, environment={"PYTHONPATH": str(tmp_path / "packages")})
    assert (ran.status, ran.json["code"]) == (1, "plugin")
    assert "raised KeyboardInterrupt" in ran.json["message"]


def test_a_call_has_a_time_limit() -> None:
    with pytest.raises(PluginError, match="the code exceeded its time limit"):
        call(lambda: __import__("time").sleep(30), "the code", 0.1)


def test_an_error_without_a_text_is_named() -> None:
    class SilentError(Exception):
        def __str__(self) -> str:
            raise ValueError

    def fail() -> None:
        raise SilentError

    with pytest.raises(PluginError, match="the code raised SilentError"):
        call(fail, "the code")


def test_a_validator_that_fails_is_one_message(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (
        "from dazzle_infra.backends import BackendSettings\nfrom pydantic import field_validator\n"
        "class Own(BackendSettings):\n    region: str = 'a'\n    @field_validator('region')\n"
        "    def rule(cls, value): raise SystemExit(4)\n"
    )
    backend(tmp_path, monkeypatch, "Settings = Own", before)
    manifest = project / "dazzle.toml"
    manifest.write_text(manifest.read_text() + 'region = "b"\n')
    assert_refused(project, "Settings", "called sys.exit(4)")
