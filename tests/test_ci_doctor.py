"""`doctor` names the variables and secrets of the pipelines that are not set, and never a value."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from dazzle_infra.backends.ci.guide import guide_of, settings_in
from dazzle_infra.backends.ci.provider_tools import provider_findings
from tests.support.cli import run_here
from tests.support.releases import git
from tests.support.trees import build_tree

GITHUB = {"provider": "github", "app_name": "desk", "prefix": "my-desk-"}
GITLAB = {**GITHUB, "provider": "gitlab"}
GITHUB_GUIDE = """\
Some text: `gh secret set MY_DESK_INFRA_UPDATE_TOKEN` is optional.

```sh
gh secret set MY_DESK_SSH_PRIVATE_KEY --env production <key
gh variable set MY_DESK_SSH_KNOWN_HOSTS --env production
gh variable set MY_DESK_PLAN_ROLE_PRODUCTION
gh secret set MY_DESK_TOKEN
gh variable set "
```
"""
GITLAB_GUIDE = """\
```sh
glab variable set MY_DESK_SSH_PRIVATE_KEY --scope production --masked <key
glab variable set MY_DESK_SSH_KNOWN_HOSTS --scope production
glab variable set MY_DESK_TOKEN
```
"""
PROGRAM = """\
#!{python}
import json, sys
from collections.abc import Mapping
from pathlib import Path

log = Path({log!r})
log.write_text(log.read_text() + " ".join(sys.argv[1:]) + "\\n" if log.exists() else " ".join(sys.argv[1:]) + "\\n")
key = " ".join(sys.argv[1:])
answers = json.loads(Path({answers!r}).read_text())
found = next((value for start, value in answers.items() if key.startswith(start) and key.endswith(value["ends"])), None)
if found is None:
    print("HTTP 404: no such environment", file=sys.stderr)
    sys.exit(1)
print(found["out"])
"""


def program(folder: Path, name: str, answers: Mapping[str, object], ends: dict[str, str] | None = None) -> Path:
    """Put a stand-in on PATH that prints JSON for the commands that begin so, and fails for others; return its log."""
    stated = {start: {"out": json.dumps(out), "ends": (ends or {}).get(start, "")} for start, out in answers.items()}
    (folder / "answers.json").write_text(json.dumps(stated))
    log = folder / "calls"
    tool = folder / "bin" / name
    tool.parent.mkdir(exist_ok=True)
    tool.write_text(PROGRAM.format(python=sys.executable, log=str(log), answers=str(folder / "answers.json")))
    tool.chmod(0o755)
    return log


def project(folder: Path, guide: str, text: str) -> Path:
    """Return a repository with a guide."""
    build_tree(folder, {guide: text})
    git(folder, "init", "--quiet")
    return folder


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder whose `bin` is the beginning of PATH, on which no program of a provider is."""
    (tmp_path / "bin").mkdir()
    kept = [
        one for one in os.environ["PATH"].split(os.pathsep) if not any((Path(one) / p).exists() for p in ("gh", "glab"))
    ]
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path / "bin"), *kept]))
    return tmp_path


def test_what_is_not_set_is_named_with_the_command_that_sets_it(tools: Path) -> None:
    names = {
        "variable list --json name --env production": [{"name": "MY_DESK_SSH_KNOWN_HOSTS"}],
        "variable list --json name": [{"name": "OTHER"}],
        "secret list --json name": [{"name": "MY_DESK_TOKEN"}],
    }
    log = program(tools, "gh", names, {"variable list --json name": "name", "secret list --json name": "name"})
    top = project(tools / "desk", ".github/my-desk-pipeline.md", GITHUB_GUIDE)
    found = provider_findings(top, GITHUB)
    assert [(one.name, one.found) for one in found] == [
        ("gh", "2 of 4 variables and secrets are set"),
        ("MY_DESK_SSH_PRIVATE_KEY of production", None),
        ("MY_DESK_PLAN_ROLE_PRODUCTION", None),
    ]
    assert found[1].meaning == "set it: gh secret set MY_DESK_SSH_PRIVATE_KEY --env production <key"
    assert "value" not in log.read_text()


def test_a_variable_of_the_repository_serves_an_environment_too(tools: Path) -> None:
    every = [
        {"name": f"MY_DESK_{name}"} for name in ("SSH_KNOWN_HOSTS", "SSH_PRIVATE_KEY", "PLAN_ROLE_PRODUCTION", "TOKEN")
    ]
    program(tools, "gh", {"variable list": every, "secret list": every})
    top = project(tools / "desk", ".github/my-desk-pipeline.md", GITHUB_GUIDE)
    assert [(one.name, one.found) for one in provider_findings(top, GITHUB)] == [
        ("gh", "4 of 4 variables and secrets are set")
    ]


def test_values_that_gitlab_prints_are_not_repeated(tools: Path) -> None:
    listed = [
        {"key": "MY_DESK_SSH_PRIVATE_KEY", "environment_scope": "production", "value": "hunter2"},
        {"key": "MY_DESK_SSH_KNOWN_HOSTS", "environment_scope": "staging", "value": "hunter2"},
        {"key": "MY_DESK_TOKEN", "environment_scope": "*", "value": "hunter2"},
    ]
    program(tools, "glab", {"variable list": listed})
    found = provider_findings(project(tools / "desk", ".gitlab/ci/desk/README.md", GITLAB_GUIDE), GITLAB)
    assert [one.name for one in found] == ["glab", "MY_DESK_SSH_KNOWN_HOSTS of production"]
    assert "hunter2" not in repr(found)


def test_a_program_that_cannot_list_is_a_note_with_its_reason(tools: Path) -> None:
    program(tools, "gh", {})
    [found] = provider_findings(project(tools / "desk", ".github/my-desk-pipeline.md", GITHUB_GUIDE), GITHUB)
    assert (found.found, "HTTP 404: no such environment" in found.meaning) == (None, True)


def test_without_the_program_doctor_says_what_it_cannot_check(tools: Path) -> None:
    [found] = provider_findings(project(tools / "desk", ".github/my-desk-pipeline.md", GITHUB_GUIDE), GITHUB)
    assert (found.name, found.found) == ("gh", None)
    assert ".github/my-desk-pipeline.md" in found.meaning


@pytest.mark.parametrize(
    "answers", [{}, {"provider": "github"}, {"provider": "gitlab", "app_name": 5}, {"provider": 1}]
)
def test_answers_of_a_fork_without_these_questions_are_no_failure(tools: Path, answers: dict[str, object]) -> None:
    top = project(tools / "desk", ".github/pipeline.md", GITHUB_GUIDE)
    assert guide_of(answers) is None or provider_findings(top, answers) == []


def test_a_command_that_a_person_wrote_wrongly_is_passed_over() -> None:
    assert [
        one.name for one in settings_in("gh secret set 'X\ngh secret set Y # of the build\ngh secret set Z -e live\n")
    ] == ["Y", "Z"]


def test_doctor_prints_what_is_missing_in_a_project_with_pipelines(tools: Path) -> None:
    program(tools, "gh", {"variable list": [], "secret list": []})
    manifest = '[project]\nname = "desk"\n\n[infra]\nbackends = ["docker", "server", "ci"]\nappspec = "appspec.json"\n'
    spec = json.dumps({"name": "desk", "domain": {"entities": []}})
    top = build_tree(tools / "desk", {"dazzle.toml": manifest, "appspec.json": spec})
    git(top, "init", "--quiet")
    assert "SSH_PRIVATE_KEY" not in run_here("doctor", cwd=top).out
    assert run_here("ci", cwd=top).status == 0
    ran = run_here("doctor", "--json", cwd=top)
    findings = {one["name"]: one for one in ran.json["findings"]}
    assert findings["gh"]["found"] == "0 of 2 variables and secrets are set"
    assert (
        findings["SSH_PRIVATE_KEY of production"]["meaning"] == "set it: gh secret set SSH_PRIVATE_KEY --env production"
    )
    assert ran.status == 0
