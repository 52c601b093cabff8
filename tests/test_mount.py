"""`dazzle infra` on Dazzle's command line, in environments of a Dazzle of a few lines."""

from __future__ import annotations

import json
import shutil
import stat
import sys
from pathlib import Path

import pytest

from tests.support.cli import Ran, run_cli, run_here, small_project
from tests.support.environments import DAZZLE, ROOT, Environment, build_environment

IMPORTED = "Dazzle was imported\n"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Return an environment that no test changes."""
    return build_environment(tmp_path_factory.mktemp("shared"), DAZZLE)


def dazzle(environment: Environment, *arguments: str, cwd: Path, **variables: str) -> Ran:
    return run_cli(*arguments, cwd=cwd, environment=variables, command=[environment.dazzle])


def python(environment: Environment, *arguments: str, cwd: Path, **variables: str) -> Ran:
    return run_cli(*arguments, cwd=cwd, environment=variables, command=[environment.python])


def test_infra_is_among_the_commands_of_dazzle(shared: Environment, tmp_path: Path) -> None:
    ran = dazzle(shared, "--help", cwd=tmp_path)
    assert ran.status == 0
    assert " validate " in ran.out
    assert " infra " in ran.out


def test_the_other_commands_of_dazzle_work_as_before(shared: Environment, tmp_path: Path) -> None:
    assert dazzle(shared, "validate", cwd=tmp_path).out == "validated\n"


@pytest.mark.parametrize(
    "options", [(), ("--env", "staging"), pytest.param(("--env=staging",), marks=pytest.mark.slow)]
)
def test_infra_runs_without_an_import_of_dazzle(shared: Environment, tmp_path: Path, options: tuple[str, ...]) -> None:
    project = small_project(tmp_path)
    ran = dazzle(shared, *options, "infra", "explain", "-q", cwd=project)
    assert (ran.status, ran.err) == (0, "")


@pytest.mark.parametrize(("arguments", "status"), [(("--version",), 0), (("check", "-C", "nowhere"), 5)])
def test_infra_of_the_script_and_of_the_module_end_alike(
    shared: Environment, tmp_path: Path, arguments: tuple[str, ...], status: int
) -> None:
    by_script = dazzle(shared, "infra", *arguments, cwd=tmp_path)
    by_module = python(shared, "-m", "dazzle", "infra", *arguments, cwd=tmp_path)
    assert (by_script.status, by_module.status) == (status, status)
    assert by_script.out == by_module.out
    assert IMPORTED + by_script.err == by_module.err


def test_help_of_infra_is_that_of_dazzle_infra(shared: Environment, tmp_path: Path) -> None:
    for ran in (
        dazzle(shared, "infra", "--help", cwd=tmp_path),
        python(shared, "-m", "dazzle", "infra", "--help", cwd=tmp_path),
    ):
        assert ran.status == 0
        assert "Usage: dazzle infra [OPTIONS]" in ran.out
        assert "terraform" in ran.out


def test_the_umask_of_dazzle_does_not_open_the_files_to_everybody(shared: Environment, tmp_path: Path) -> None:
    project = small_project(tmp_path)
    ran = python(shared, "-m", "dazzle", "infra", "docker", "-q", cwd=project)
    assert ran.status == 0, ran.err
    modes = {stat.S_IMODE(path.lstat().st_mode) for path in (project / "infra").rglob("*")}
    assert modes
    assert not any(mode & 0o002 for mode in modes)


def test_a_variable_turns_the_mount_off(shared: Environment, tmp_path: Path) -> None:
    assert " infra " not in dazzle(shared, "--help", cwd=tmp_path, DAZZLE_INFRA_MOUNT="0").out
    ran = dazzle(shared, "infra", "--version", cwd=tmp_path, DAZZLE_INFRA_MOUNT="0")
    assert ran.status == 2
    assert ran.err.startswith(IMPORTED)


@pytest.mark.parametrize(
    ("shell", "before", "after"),
    [
        (
            "complete_bash",
            {"COMP_WORDS": "dazzle in", "COMP_CWORD": "1"},
            {"COMP_WORDS": "dazzle infra doc", "COMP_CWORD": "2"},
        ),
        ("complete_zsh", {"_TYPER_COMPLETE_ARGS": "dazzle in"}, {"_TYPER_COMPLETE_ARGS": "dazzle infra doc"}),
    ],
)
def test_shells_complete_infra_and_without_an_import_of_dazzle_what_follows(
    shared: Environment, tmp_path: Path, shell: str, before: dict[str, str], after: dict[str, str]
) -> None:
    name = dazzle(shared, cwd=tmp_path, _DAZZLE_COMPLETE=shell, **before)
    assert "infra" in name.out
    assert IMPORTED in name.err
    commands = dazzle(shared, cwd=tmp_path, _DAZZLE_COMPLETE=shell, **after)
    assert "docker" in commands.out
    assert "doctor" in commands.out
    assert commands.err == ""


def test_the_completion_that_infra_installs_is_that_of_dazzle(shared: Environment, tmp_path: Path) -> None:
    disabled = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "True"}
    ran = dazzle(shared, "infra", "--show-completion", "bash", cwd=tmp_path, **disabled)
    assert ran.status == 0
    assert "_DAZZLE_COMPLETE=complete_bash" in ran.out
    assert ran.out.rstrip().endswith("-F _dazzle_completion dazzle")


def test_another_script_that_is_called_dazzle_gets_the_real_one(shared: Environment, tmp_path: Path) -> None:
    script = shared.script("dazzle.cli", tmp_path / "dazzle")
    ran = run_cli("infra", "--version", cwd=tmp_path, command=[str(script)])
    assert ran.status == 0
    assert ran.err == IMPORTED


def test_a_search_for_dazzle_changes_nothing(shared: Environment, tmp_path: Path) -> None:
    code = (
        "import importlib.util, runpy, sys\n"
        f"sys.argv = ['{shared.dazzle}', 'infra', '--version']\n"
        "sys.orig_argv += sys.argv\n"
        "found = [importlib.util.find_spec('dazzle') for _ in range(2)]\n"
        "print(all(found), 'dazzle' in sys.modules)\n"
        f"runpy.run_path('{shared.dazzle}', run_name='__main__')\n"
    )
    ran = python(shared, "-c", code, cwd=tmp_path)
    assert ran.out.splitlines()[0] == "True False"
    assert ran.out.splitlines()[1].startswith("dazzle-infra ")
    assert ran.err == ""


def test_a_child_process_that_reruns_the_script_gets_the_real_dazzle(shared: Environment, tmp_path: Path) -> None:
    code = (
        "import sys\n"
        f"sys.argv = ['{shared.dazzle}', 'infra']  # as multiprocessing does\n"
        "import dazzle.cli\n"
        "print(dazzle.cli.app is not None)\n"
    )
    ran = python(shared, "-c", code, cwd=tmp_path)
    assert (ran.out, ran.err) == ("True\n", IMPORTED)


def test_the_real_dazzle_can_be_imported_while_infra_runs(shared: Environment, tmp_path: Path) -> None:
    code = (
        "import runpy, sys\n"
        f"sys.argv = ['{shared.dazzle}', 'infra', '--version']\n"
        "sys.orig_argv += sys.argv\n"
        f"try:\n    runpy.run_path('{shared.dazzle}', run_name='__main__')\n"
        "except SystemExit:\n    pass\n"
        "import dazzle\n"
        "print(dazzle.__file__)\n"
    )
    ran = python(shared, "-c", code, cwd=tmp_path)
    assert ran.out.endswith("/site-packages/dazzle/__init__.py\n")


@pytest.mark.parametrize(
    "app",
    [
        "commands = typer.Typer()",
        "app = None",
        "app = typer.Typer()\n@app.command()\ndef infra() -> None: ...\n@app.command()\ndef b() -> None: ...",
    ],
)
def test_a_dazzle_that_has_changed_keeps_working(tmp_path: Path, app: str) -> None:
    cli = f"import typer\n{app}\ndef main() -> None:\n    print('ran')\n"
    environment = build_environment(tmp_path / "env", DAZZLE | {"dazzle/cli/__init__.py": cli})
    ran = dazzle(environment, "validate", cwd=tmp_path)
    assert (ran.status, ran.out, ran.err) == (0, "ran\n", IMPORTED)
    code = "import dazzle.cli, typer; print([one.callback.__name__ for one in dazzle.cli.app.registered_commands])"
    if "def infra" in app:
        assert python(environment, "-c", code, cwd=tmp_path).out == "['infra', 'b']\n"


@pytest.mark.parametrize("gone", ["sources.pth", "_dazzle_infra_mount.py"])
def test_a_start_up_line_that_is_left_behind_is_silent(tmp_path: Path, gone: str) -> None:
    environment = build_environment(tmp_path / "env", DAZZLE)
    (environment.packages / gone).unlink()
    shutil.rmtree(environment.packages / "__pycache__", ignore_errors=True)
    for command in ("import sys", "import dazzle"):
        ran = python(environment, "-c", command, cwd=tmp_path)
        assert (ran.status, ran.out) == (0, "")
        assert ran.err in ("", IMPORTED)


def test_the_start_of_python_imports_one_module_more_and_that_is_small(shared: Environment, tmp_path: Path) -> None:
    code = "import json, sys; print(json.dumps(sorted(sys.modules)))"
    loaded = set(json.loads(python(shared, "-c", code, cwd=tmp_path).out))
    bare = set(json.loads(python(shared, "-S", "-c", f"import site, os; {code}", cwd=tmp_path).out))
    assert loaded - bare == {"_dazzle_infra_mount"}


def test_python_3_15_calls_a_function_that_may_be_called_twice(shared: Environment, tmp_path: Path) -> None:
    (line,) = (ROOT / "startup/dazzle_infra_mount.start").read_text().splitlines()
    code = (
        "import pkgutil, sys\n"
        f"for _ in range(2):\n    pkgutil.resolve_name('{line}')()\n"
        "print([finder.__name__ for finder in sys.meta_path if getattr(finder, '__name__', '') == 'Finder'])\n"
    )
    assert python(shared, "-c", code, cwd=tmp_path).out == "['Finder']\n"


def test_the_standalone_script_has_infra_alone_and_says_so(tmp_path: Path) -> None:
    environment = build_environment(tmp_path / "env")
    shutil.copy(ROOT / "packages/dazzle-infra-standalone/dazzle_infra_standalone.py", environment.packages)
    environment.script("dazzle_infra_standalone")
    if python(environment, "-c", "import dazzle", cwd=tmp_path).status == 0:
        pytest.skip("dazzle-dsl is installed here; this is about an environment without it")
    helped = dazzle(environment, "--help", cwd=tmp_path)
    assert helped.status == 0
    assert "is for machines without Dazzle" in helped.out
    assert " infra " in helped.out
    wrong = dazzle(environment, "serve", cwd=tmp_path)
    assert wrong.status == 2
    assert "dazzle-dsl is not installed" in wrong.err
    assert dazzle(environment, cwd=tmp_path).status == 2
    shell = {"_DAZZLE_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "dazzle infra doc"}
    assert "doctor" in dazzle(environment, cwd=tmp_path, **shell).out


def test_the_standalone_script_beside_dazzle_is_dazzle(tmp_path: Path) -> None:
    environment = build_environment(tmp_path / "env", DAZZLE)
    shutil.copy(ROOT / "packages/dazzle-infra-standalone/dazzle_infra_standalone.py", environment.packages)
    environment.script("dazzle_infra_standalone")
    assert dazzle(environment, "validate", cwd=tmp_path).out == "validated\n"
    assert " infra " in dazzle(environment, "--help", cwd=tmp_path).out
    ran = dazzle(environment, "infra", "--version", cwd=tmp_path)
    assert ran.out.startswith("dazzle-infra ")
    assert ran.err == ""


def test_the_infra_of_the_standalone_script_says_what_dazzle_infra_says(tmp_path: Path) -> None:
    project = small_project(tmp_path / "project")
    command = (sys.executable, "-c", "from dazzle_infra.mount.standalone import main; main()", "infra")
    for arguments in (["explain"], ["nonsense"]):
        alone = run_cli(*arguments, cwd=project, command=command)
        direct = run_here(*arguments, cwd=project)
        assert alone.status == direct.status
        assert alone.out.replace("dazzle-infra", "dazzle infra") == direct.out.replace("dazzle-infra", "dazzle infra")
