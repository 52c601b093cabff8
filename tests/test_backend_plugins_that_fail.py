"""A package whose backend fails is one message that names it: no crash, nothing written, and one JSON document."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cli import MANIFEST, Ran, run_here, small_project
from tests.support.custom_templates import committed
from tests.support.plugins import BACKEND, install
from tests.support.releases import git
from tests.support.trees import read_tree

HEAD = "from dazzle_infra.backends import Answers, Backend, BackendSettings\n"
GOOD = BACKEND.format(template="docker")
BROKEN = {
    "raises": ("raise RuntimeError('no licence')", "raised RuntimeError: no licence"),
    "exits": ("import sys\nsys.exit(3)", "called sys.exit(3)"),
    "is of no class": ("Charts = dict", "dict is not a subclass of dazzle_infra.backends.Backend"),
    "is an object": ("Charts = 7", "an object of the type int is not a subclass"),
    "lacks the class": ("", "raised AttributeError: module 'acme_charts' has no attribute 'Charts'"),
    "cannot be created": (f"{GOOD}\n    def __init__(self):\n        raise KeyError('x')\n", "raised KeyError: 'x'"),
    "is for another api": (f"{GOOD}    api = 2\n", "version 2 of the interface; this dazzle-infra has version 1"),
    "has no summary": (f"{GOOD}    summary = ''\n", "`summary` must be one line of text; it is ''"),
    "has two lines": (f"{GOOD}    summary = 'a\\nb'\n", "`summary` must be one line of text"),
    "has no template": (f"{HEAD}class Charts(Backend):\n    name, summary = 'charts', 'x'\n", "`template` must be one"),
    "has a bad name": (f"{GOOD}    name = 'Charts_1'\n", "its name 'Charts_1' must be lower-case letters"),
    "has a command's name": (f"{GOOD}    name = 'update'\n", "its name 'update' is reserved"),
    "has a key's name": (f"{GOOD}    name = 'runtime'\n", "its name 'runtime' is reserved"),
    "has the name of another": (f"{GOOD}    name = 'docker'\n", "there is another backend 'docker'"),
    "is called otherwise": (f"{GOOD}    name = 'helm'\n", "its entry point has another name than the backend: 'helm'"),
    "has a relative template": (f"{GOOD}    template = 'template'\n", "must be a git URL, an absolute path"),
    "has a template with a password": (f"{GOOD}    template = 'https://u:p@example.com/x.git'\n", "credentials"),
    "has no settings": (f"{GOOD}    Settings = dict\n", "`Settings` must be a subclass of"),
    "has no answers": (f"{GOOD}    Answers = dict\n", "`Answers` must be a subclass of"),
    "requires a key": (
        f"{HEAD}class Own(BackendSettings):\n    must: str\n{GOOD}    Settings = Own\n",
        "`Settings` cannot be used: a table needs a default for each key",
    ),
    "has a type that is no TOML": (
        f"{HEAD}class Own(BackendSettings):\n    some: type = int\n{GOOD}    Settings = Own\n",
        "`Settings` cannot be used",
    ),
    "uses something else": (f"{GOOD}    uses = 7\n", '`uses` must be a tuple of "image" and "targets"'),
    "keeps secrets nowhere": (f"{GOOD}    secret_places = {{1: 2}}\n", "`secret_places` must be a mapping of texts"),
    "can do nothing": (f"{GOOD}    def capabilities(self): pass\n", "`capabilities` returned something else than"),
    "has a folder of git": (
        f"{HEAD}class Own(BackendSettings):\n    output: str = '.git/x'\n{GOOD}    Settings = Own\n",
        "its directory '.git/x' must not be in .git",
    ),
    "owns the folder of another": (
        f"{HEAD}class Own(BackendSettings):\n    output: str = 'infra/docker/charts'\n{GOOD}    Settings = Own\n",
        "its directory infra/docker/charts overlaps with infra/docker of the backend 'docker'",
    ),
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return small_project(tmp_path / "desk", f"{MANIFEST}\n[infra.charts]\nanything = [1]\n")


@pytest.mark.parametrize(("code", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_package_that_cannot_be_used_is_one_warning(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, reason: str
) -> None:
    install(monkeypatch, tmp_path / "packages", f"print('hello')\n{code}")
    ran = run_here("docker", "--dry-run", "--json", cwd=project)
    assert (ran.status, ran.json["ok"]) == (0, True), ran.err
    [warning] = [line for line in ran.err.splitlines() if line.startswith("warning: the backend charts of acme-charts")]
    assert warning.startswith("warning: the backend charts of acme-charts 1.2.0 cannot be used: ")
    assert reason in warning
    [broken] = run_here("backends", "--json", cwd=project).json["unusable"]
    assert (broken["name"], broken["package"], broken["version"]) == ("charts", "acme-charts", "1.2.0")
    asked = run_here("charts", "--json", cwd=project)
    assert (asked.status, asked.json["code"]) == (1, "plugin")
    assert reason in asked.json["message"]
    assert not (project / "infra").exists()


def test_it_stops_no_command_but_its_own(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, tmp_path / "packages", "raise RuntimeError('no licence')")
    manifest = project / "dazzle.toml"
    manifest.write_text(manifest.read_text().replace("[infra]\n", '[infra]\nbackends = ["docker", "charts"]\n', 1))
    refused = run_here("all", cwd=project)
    assert (refused.status, (project / "infra").exists()) == (1, False)
    assert "the backend charts of acme-charts 1.2.0 cannot be used" in refused.err
    assert "charts: not provided; acme-charts 1.2.0 cannot be used" in run_here("explain", "database", cwd=project).out
    doctor = run_here("doctor", "--json", cwd=project).json
    [finding] = [one for one in doctor["findings"] if one["name"] == "backend charts"]
    assert (finding["found"], finding["meaning"]) == (
        None,
        "acme-charts 1.2.0: its code raised RuntimeError: no licence",
    )
    assert run_here("docker", "--quiet", cwd=project).err == ""
    assert run_here("update", cwd=project).status == 0
    assert "Generate the files of acme-charts 1.2.0." in run_here("--help", cwd=project).out


def test_two_packages_with_one_name_are_both_left_out(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, tmp_path / "one", GOOD)
    install(monkeypatch, tmp_path / "two", GOOD, "charts = other:Charts", package="other", version="3")
    reasons = [one["reason"] for one in run_here("backends", "--json", cwd=project).json["unusable"]]
    assert reasons == [
        "other 3 provides a backend of that name too; uninstall one of them",
        "acme-charts 1.2.0 provides a backend of that name too; uninstall one of them",
    ]


def test_no_package_takes_the_place_of_a_backend_of_this_one(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, tmp_path / "packages", GOOD, "docker = acme_charts:Charts")
    [broken] = run_here("backends", "--json", cwd=project).json["unusable"]
    assert broken["reason"] == "dazzle-infra has a backend of that name"


@pytest.mark.parametrize("name", ["overrides", "update", "Charts!", "x" * 31, "custom"])
def test_an_entry_point_without_a_usable_name_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    install(monkeypatch, tmp_path / "packages", GOOD, f"{name} = acme_charts:Charts")
    project = small_project(tmp_path / "desk", f'{MANIFEST}\n[infra.overrides]\nmail = {{needed = 1, reason = "x"}}\n')
    refused = run_here("docker", "--json", cwd=project)
    assert (refused.status, refused.json["where"]["line"]) == (2, 8)
    assert f"warning: the backend {name} of acme-charts 1.2.0 cannot be used" in refused.err
    [broken] = run_here("backends", "--json", cwd=project).json["unusable"]
    assert broken["name"] == name
    assert run_here("--help", cwd=project).out.count("acme-charts") == 0


@pytest.mark.parametrize("content", ["[dazzle_infra.backends\ncharts", "[dazzle_infra.backends]\nno value\n"])
def test_entry_points_that_cannot_be_read_are_a_warning(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    (project / "dazzle.toml").write_text(MANIFEST)
    install(monkeypatch, tmp_path / "packages", GOOD)
    (tmp_path / "packages/acme_charts-1.2.0.dist-info/entry_points.txt").write_text(content)
    ran = run_here("docker", "--dry-run", "--json", cwd=project)
    assert (ran.status, ran.json["ok"]) == (0, True), ran.err


LATER = {
    "validate": (
        "def validate(self, application): raise RuntimeError('no region')",
        "in validate, raised RuntimeError",
    ),
    "answers": ("def answers(self, application, made=None): raise SystemExit", "in answers, called sys.exit()"),
    "hooks": ("def hooks(self): return 1 / 0", "in hooks, raised ZeroDivisionError: division by zero"),
    "set": (
        "def answers(self, application, made=None): return {'app_name': {1}}",
        "returned set as the answer app_name",
    ),
    "none": ("def answers(self, application, made=None): pass", "in answers, returned NoneType; it must return"),
    "no list": ("def kept(self, application, made, answers): return [1]", "in kept, did not return a list of Kept"),
    "unasked": ("def answers(self, application, made=None): return {'colour': 'red'}", "answers colour, which its"),
}


@pytest.mark.parametrize(("code", "said"), LATER.values(), ids=LATER)
def test_what_it_raises_later_is_one_message_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, said: str
) -> None:
    template = committed("helm", tmp_path / "template")
    install(monkeypatch, tmp_path / "packages", f"{BACKEND.format(template=str(template))}    {code}\n")
    project = small_project(tmp_path / "desk", f'{MANIFEST}backends = ["docker", "charts"]\n')
    before = read_tree(project)
    for command in ("charts", "all"):
        ran = run_here(command, "--json", cwd=project)
        assert (ran.status, ran.json["code"]) == (1, "plugin"), ran
        assert "the backend charts of acme-charts 1.2.0" in ran.json["message"]
        assert said in ran.json["message"]
        assert read_tree(project) == before


def test_what_it_prints_is_not_in_the_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    template = committed("helm", tmp_path / "template")
    noise = "def validate(self, application): print('working')"
    install(monkeypatch, tmp_path / "packages", f"{BACKEND.format(template=str(template))}    {noise}\n")
    ran: Ran = run_here("charts", "--json", cwd=small_project(tmp_path / "desk"))
    assert (ran.status, ran.json["ok"]) == (0, True)
    assert "working" in ran.err


def test_an_answer_that_only_older_releases_do_not_ask_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = committed("helm", tmp_path / "template")
    fork = committed("helm", tmp_path / "fork")
    code = "def answers(self, application, made=None): return {'app_name': 'desk', 'colour': 'red'}"
    install(monkeypatch, tmp_path / "packages", f"{BACKEND.format(template=str(template))}    {code}\n")
    manifest = f'{MANIFEST}\n[infra.charts]\ntemplate = "{fork}"\n'
    assert run_here("charts", cwd=small_project(tmp_path / "desk", manifest)).status == 0


def test_a_type_that_the_vocabulary_does_not_have_is_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = committed("helm", tmp_path / "template")
    config = template / "copier.yml"
    config.write_text(config.read_text().replace("services: {type: yaml, default: []}", "services: {type: str}"))

    git(template, "commit", "--quiet", "--all", "--message", "second release")
    git(template, "tag", "v1.1.0")
    install(monkeypatch, tmp_path / "packages", BACKEND.format(template=str(template)))
    refused = run_here("charts", "--json", cwd=small_project(tmp_path / "desk"))
    assert refused.status == 1
    assert (
        "the question services has the type str; the vocabulary's services has the type yaml" in refused.json["message"]
    )


SETTINGS = f"""{HEAD}from pydantic import field_validator

class Own(BackendSettings):
    region: str = "a"

    @field_validator("region")
    @classmethod
    def known(cls, value):
        if value == "refused":
            raise ValueError("choose another region")
        return 1 / (value != "crash") and value

    def problems(self, context):
        if self.region == "late":
            raise KeyError("x")
        return iter(())

"""


@pytest.mark.parametrize(
    ("region", "status", "said"),
    [
        ("refused", 2, "[infra.charts] region: choose another region"),
        ("crash", 1, "the backend charts of acme-charts 1.2.0, in Settings, raised ZeroDivisionError"),
        ("late", 1, "the backend charts of acme-charts 1.2.0, in problems, raised KeyError: 'x'"),
        ("a", 0, ""),
    ],
)
def test_settings_that_fail_name_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, region: str, status: int, said: str
) -> None:
    install(monkeypatch, tmp_path / "packages", f"{SETTINGS}{GOOD}    Settings = Own\n")
    project = small_project(tmp_path / "desk", f'{MANIFEST}\n[infra.charts]\nregion = "{region}"\n')
    ran = run_here("docker", "--dry-run", "--json", cwd=project)
    assert (ran.status, said in ran.json.get("message", "")) == (status, True), ran


def test_a_failure_of_its_tools_is_a_line_of_doctor(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, tmp_path / "packages", f"{GOOD}    def tools(self): return None\n")
    findings = run_here("doctor", "--json", cwd=project).json["findings"]
    said = "the backend charts of acme-charts 1.2.0, in tools, did not return a list of Tool"
    assert said in [finding["meaning"] for finding in findings]


def test_embedded_is_its_own_template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    template = committed("helm", tmp_path / "template")
    install(monkeypatch, tmp_path / "packages", BACKEND.format(template=str(template)))
    ran = run_here("charts", "--template", "embedded", "--json", cwd=small_project(tmp_path / "desk"))
    assert ran.json["backends"][0]["template"]["source"] == f"git+{template.as_uri()}"
