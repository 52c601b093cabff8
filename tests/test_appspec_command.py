"""Reading the model with the `dazzle` of another environment."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

import dazzle_infra.appspec.command
import dazzle_infra.appspec.load
from dazzle_infra.appspec import AppSpecSource, LoadedAppSpec, load_appspec
from dazzle_infra.errors import AppSpecError, DazzleInfraError, ExitCode, ManifestError, PreconditionError
from tests.support.appspecs import document
from tests.support.fake_dazzle import build_project, install_dazzle, runs_of
from tests.support.trees import read_tree

OURS = "#!/bin/sh\n# from dazzle_infra_standalone import main\necho 'this is dazzle-infra alone' >&2; exit 9\n"


@pytest.fixture(autouse=True)
def _no_dazzle_but_those_of_the_test(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(dazzle_infra.appspec.load, "in_process_version", lambda: None)
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setenv("DAZZLE_INFRA_CACHE_DIR", str(tmp_path / "cache"))


def _load(project: Path, dazzle: str | None = None) -> LoadedAppSpec:
    return load_appspec(project, source=AppSpecSource(dazzle=dazzle))


def _spec(name: str) -> dict[str, object]:
    return document() | {"name": name}


def test_the_dazzle_of_the_projects_environment_reads_the_model(tmp_path: Path) -> None:
    project = build_project(tmp_path / "project")
    command = install_dazzle(project / ".venv", spec=_spec("from_venv"))
    before = read_tree(project)
    loaded = _load(project)
    assert (loaded.appspec.name, loaded.origin, loaded.place) == ("from_venv", "command", str(command))
    assert (loaded.dazzle_version, loaded.cached) == ("0.125.0", False)
    assert set(read_tree(project)) - set(before) == {".venv/runs"}


def test_a_dazzle_is_looked_for_in_the_documented_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = build_project(tmp_path / "project")
    for folder in ("named", "active", "first", "second"):
        install_dazzle(tmp_path / folder, spec=_spec(folder))
    local = install_dazzle(project / ".venv", spec=_spec("local"))
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "active"))
    monkeypatch.setenv("PATH", f"{tmp_path}/none:{tmp_path}/first/bin:{tmp_path}/second/bin:/usr/bin:/bin")
    source = AppSpecSource(dazzle="../named/bin/dazzle", use_cache=False)
    assert load_appspec(project, source=source).appspec.name == "named"
    assert load_appspec(project, source=AppSpecSource(use_cache=False)).appspec.name == "local"
    local.unlink()
    assert load_appspec(project, source=AppSpecSource(use_cache=False)).appspec.name == "active"
    monkeypatch.delenv("VIRTUAL_ENV")
    assert load_appspec(project, source=AppSpecSource(use_cache=False)).appspec.name == "first"
    (tmp_path / "first" / "bin" / "dazzle").chmod(0o644)
    assert load_appspec(project, source=AppSpecSource(use_cache=False)).appspec.name == "second"


def test_a_name_without_a_folder_is_looked_for_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = build_project(tmp_path / "project")
    command = install_dazzle(tmp_path / "env", spec=_spec("by_name"))
    command.rename(command.with_name("dazzle-0.125"))
    monkeypatch.setenv("PATH", f"{command.parent}:/usr/bin:/bin")
    assert _load(project, "dazzle-0.125").appspec.name == "by_name"


def test_a_command_below_the_home_folder_is_found_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    install_dazzle(tmp_path / "env", spec=_spec("at_home"))
    assert _load(build_project(tmp_path / "project"), "~/env/bin/dazzle").appspec.name == "at_home"


def test_our_own_dazzle_is_passed_over_where_it_stands_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = build_project(tmp_path / "project")
    install_dazzle(project / ".venv", script=OURS, version=None)
    install_dazzle(tmp_path / "real", spec=_spec("real"))
    monkeypatch.setenv("PATH", f"{project}/.venv/bin:{tmp_path}/real/bin:/usr/bin:/bin")
    assert _load(project).appspec.name == "real"


def test_our_own_dazzle_is_taken_where_the_real_one_is_installed_beside_it(tmp_path: Path) -> None:
    project = build_project(tmp_path / "project")
    lines = (
        "#!/bin/sh",
        "# from dazzle_infra_standalone import main",
        "mkdir -p $5; cp '{prefix}/export.json' $5/appspec.json",
    )
    script = "\n".join(lines)
    install_dazzle(project / ".venv", spec=_spec("mounted"), script=script)
    assert _load(project).appspec.name == "mounted"


def test_a_linked_command_is_known_by_the_environment_that_it_leads_to(tmp_path: Path) -> None:
    project = build_project(tmp_path / "project")
    command = install_dazzle(tmp_path / "tools" / "dazzle-dsl", spec=_spec("linked"), version="0.119.3")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "dazzle").symlink_to(command)
    assert _load(project, str(tmp_path / "bin" / "dazzle")).dazzle_version == "0.119.3"


@pytest.mark.parametrize("line", ["#!{python}", "#!/bin/sh\n'''exec' '{python}' \"$0\" \"$@\"\n' '''"])
def test_a_copied_command_is_known_by_its_interpreter(tmp_path: Path, line: str) -> None:
    install_dazzle(tmp_path / "env", spec=None, version="0.111.9")
    script = line.replace("{python}", str(tmp_path / "env" / "bin" / "python"))
    copied = install_dazzle(tmp_path / "copied", script=script, version=None)
    with pytest.raises(PreconditionError, match=r"too old \(0\.111\.9\)"):
        _load(build_project(tmp_path / "project"), str(copied))


def test_without_any_dazzle_the_ways_out_are_named(tmp_path: Path) -> None:
    with pytest.raises(PreconditionError) as raised:
        _load(build_project(tmp_path / "project"))
    assert raised.value.exit_code == ExitCode.PRECONDITION
    assert raised.value.hint is not None
    for way in (".venv", "[infra]", "--appspec"):
        assert way in raised.value.hint


def test_a_project_without_a_manifest_is_no_project(tmp_path: Path) -> None:
    with pytest.raises(PreconditionError, match=r"no dazzle\.toml"):
        _load(tmp_path)


@pytest.mark.parametrize("version", ["0.9.0", "0.99.12", "0.111.0"])
def test_a_dazzle_that_is_too_old_is_refused_before_it_runs(tmp_path: Path, version: str) -> None:
    project = build_project(tmp_path / "project")
    command = install_dazzle(project / ".venv", spec=_spec("old"), version=version)
    with pytest.raises(PreconditionError, match="too old") as raised:
        _load(project)
    assert "0.112" in str(raised.value.hint)
    assert runs_of(command) == 0


def test_a_dazzle_that_does_not_know_the_command_is_too_old(tmp_path: Path) -> None:
    project = build_project(tmp_path / "project")
    script = "#!/bin/sh\necho \"Error: No such command 'build-api'.\" >&2; exit 2\n"
    install_dazzle(project / ".venv", script=script, version=None)
    with pytest.raises(PreconditionError, match="too old"):
        _load(project)


@pytest.mark.parametrize("name", ["missing/dazzle", "dazzle.toml", "dsl", "no-such-command-anywhere"])
def test_a_named_command_that_cannot_run_is_a_mistake_in_the_manifest(tmp_path: Path, name: str) -> None:
    with pytest.raises(ManifestError) as raised:
        _load(build_project(tmp_path / "project"), name)
    assert raised.value.where is not None
    assert raised.value.where.key == "[infra] dazzle"


def test_a_named_command_that_is_ours_alone_is_a_mistake_in_the_manifest(tmp_path: Path) -> None:
    command = install_dazzle(tmp_path / "env", script=OURS, version=None)
    with pytest.raises(ManifestError, match="belongs to dazzle-infra"):
        _load(build_project(tmp_path / "project"), str(command))


PARSE = "Error loading spec: {project}/dsl/app.dsl:7:18\nExpected ), got IDENTIFIER\n"
SNIPPET = "   6 | entity\n   7 | title (\n     | ^^^\n"
MODULE = f"Error loading spec: {{project}}/dsl/app.dsl:7:18 in module demo\n{SNIPPET}Expected )\n"
LINK = "Error loading spec: Reference validation failed:\n  - Entity 'A' refers to 'B'\n  - Entity 'C' refers to 'D'\n"
LINT = "Cannot generate API; spec has validation errors:\n  ERROR: Entity 'A' has no key\n"
CRASH = "Traceback (most recent call last):\n  File 'x.py', line 1\n    boom()\nRuntimeError: boom\n"


@pytest.mark.parametrize(
    ("said", "message", "place"),
    [
        (PARSE, "Expected ), got IDENTIFIER (column 18)", "dsl/app.dsl:7"),
        (MODULE, "Expected ) (column 18)", "dsl/app.dsl:7"),
        (LINK, "Reference validation failed: Entity 'A' refers to 'B'; Entity 'C' refers to 'D'", "dazzle.toml"),
        (LINT, "Cannot generate API; spec has validation errors: Entity 'A' has no key", "dazzle.toml"),
        (CRASH, "RuntimeError: boom", "dazzle.toml"),
        ("\x1b[31mError: red\x1b[0m\x07.\n", "red", "dazzle.toml"),
        ("", "Dazzle gave no reason", "dazzle.toml"),
    ],
)
def test_what_dazzle_says_about_the_model_is_what_we_say(tmp_path: Path, said: str, message: str, place: str) -> None:
    project = build_project(tmp_path / "project")
    text = said.replace("{project}", str(project))
    install_dazzle(project / ".venv", script=f"#!/bin/sh\necho noise\ncat >&2 <<'END'\n{text}END\nexit 1\n")
    if not said:
        install_dazzle(tmp_path / "silent", script="#!/bin/sh\nexit 1\n")
    with pytest.raises(AppSpecError) as raised:
        _load(project, None if said else str(tmp_path / "silent" / "bin" / "dazzle"))
    assert (raised.value.message, str(raised.value.where)) == (message, place)


@pytest.mark.parametrize(
    ("script", "kind", "message"),
    [
        ("#!/bin/sh\nexit 0\n", AppSpecError, "wrote no appspec.json"),
        ('#!/bin/sh\nmkdir -p "$5"; echo "{" > "$5/appspec.json"\n', AppSpecError, "the JSON is truncated"),
        ("#!/no/such/interpreter\n", PreconditionError, "cannot be started"),
        ("\x7fELF nothing that runs", PreconditionError, "cannot be started"),
    ],
)
def test_a_dazzle_that_misbehaves_is_named(
    tmp_path: Path, script: str, kind: type[DazzleInfraError], message: str
) -> None:
    command = install_dazzle(tmp_path / "env", script=script)
    with pytest.raises(kind) as raised:
        _load(build_project(tmp_path / "project"), str(command))
    assert message in raised.value.message
    assert str(command) in f"{raised.value.message} {raised.value.where}"


def test_a_dazzle_that_hangs_is_stopped_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dazzle_infra.appspec.command, "TIMEOUT", 0.3)
    project = build_project(tmp_path / "project")
    install_dazzle(project / ".venv", script="#!/bin/sh\nsleep 60 & echo $! > '{prefix}/child'; wait\n")
    started = time.monotonic()
    with pytest.raises(AppSpecError, match=r"stopped after 0\.3 seconds"):
        _load(project)
    assert time.monotonic() - started < 20
    child = (project / ".venv" / "child").read_text().strip()
    state = subprocess.run(["ps", "-o", "stat=", "-p", child], capture_output=True, text=True, check=False).stdout
    assert not state.strip() or state.strip().startswith("Z")


def test_a_dazzle_is_not_led_astray_by_our_interpreter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHOME", "/ours")
    project = build_project(tmp_path / "project")
    script = (
        '#!/bin/sh\ntest -z "$PYTHONHOME" || exit 1\nmkdir -p "$5" && cp \'{prefix}/export.json\' "$5/appspec.json"\n'
    )
    install_dazzle(project / ".venv", spec=_spec("clean"), script=script)
    assert _load(project).appspec.name == "clean"
    assert os.environ["PYTHONHOME"] == "/ours"
