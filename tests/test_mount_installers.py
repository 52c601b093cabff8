"""`dazzle infra` by each installer and in each order; Dazzle's own command survives all of them.

Where dazzle-dsl is installed beside these tests, it is the Dazzle that is installed here, otherwise a small one.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import pytest

from tests.support.environments import build_environment
from tests.support.exhaustive import exhaustive_except
from tests.support.installers import Wheels, Workbench, build_sources, build_wheels
from tests.support.trees import build_tree

UV = shutil.which("uv", path=str(Path(sys.executable).parent))
PIPX = shutil.which("pipx", path=str(Path(sys.executable).parent))

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("mount_installers")]
needs_uv = pytest.mark.skipif(UV is None, reason="uv is not installed beside this interpreter")
needs_pipx = pytest.mark.skipif(PIPX is None, reason="pipx is not installed beside this interpreter")
ORDERS = [("infra", "dazzle"), ("dazzle", "infra"), ("both",)]
ALWAYS = {("pip", ORDERS[0]), *(("uv", order) for order in ORDERS)}
"""Combinations that run at each change; pip takes eight times as long as uv."""


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Wheels:
    return build_wheels(tmp_path_factory.mktemp("wheels"))


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for what uv downloads, which all tests share."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def bench(tmp_path: Path, cache: Path) -> Workbench:
    return Workbench(
        tmp_path,
        {
            "UV_CACHE_DIR": str(cache),
            "UV_TOOL_DIR": str(tmp_path / "tools"),
            "UV_TOOL_BIN_DIR": str(tmp_path / "scripts"),
            "PIPX_HOME": str(tmp_path / "pipx"),
            "PIPX_BIN_DIR": str(tmp_path / "scripts"),
            "PIPX_DEFAULT_PYTHON": sys.executable,
            "UV_PYTHON": sys.executable,
        },
    )


def has_infra(bench: Workbench, *dazzle: str | Path, cwd: Path | None = None) -> bool:
    """Return whether Dazzle's help lists `infra`, and look at whether `dazzle infra` agrees."""
    helped = bench.run(*dazzle, "--help", cwd=cwd)
    assert " validate " in helped
    assert "Traceback" not in helped
    is_listed = " infra " in helped
    bench.run(*dazzle, "infra", "--help", cwd=cwd, status=0 if is_listed else 2)
    return is_listed


def requirements(step: str, wheels: Wheels) -> Sequence[str]:
    return {"infra": [wheels.infra], "dazzle": [wheels.dazzle], "both": [wheels.infra, wheels.dazzle]}[step]


@pytest.mark.parametrize(
    ("installer", "order"),
    exhaustive_except(product(["pip", "uv"], ORDERS), ALWAYS),
    ids=lambda one: one if isinstance(one, str) else "-".join(one),
)
def test_dazzle_has_infra_in_any_order_and_survives_its_removal(
    bench: Workbench, wheels: Wheels, installer: str, order: tuple[str, ...]
) -> None:
    if installer == "uv" and UV is None:
        pytest.skip("uv is not installed beside this interpreter")
    bench.run(sys.executable, "-m", "venv", "env", *(["--without-pip"] if installer == "uv" else []))
    env = bench.folder / "env"
    python, dazzle = env / "bin" / "python", env / "bin" / "dazzle"
    pip = [python, "-m", "pip"] if installer == "pip" else [UV or "uv", "pip"]
    into: list[str | Path] = [] if installer == "pip" else ["--python", python]
    for step in order:
        bench.run(*pip, "install", "--quiet", *into, *requirements(step, wheels))
    assert has_infra(bench, dazzle)
    yes = ["--yes"] if installer == "pip" else []
    bench.run(*pip, "uninstall", *yes, *into, "dazzle-infra")
    assert not has_infra(bench, dazzle)
    assert bench.run(python, "-c", "pass") == ""
    assert not list(env.glob("lib/*/site-packages/*dazzle_infra*"))
    bench.run(*pip, "install", "--quiet", *into, wheels.infra)
    bench.run(*pip, "uninstall", *yes, *into, "dazzle-dsl")
    assert not dazzle.exists()
    assert "Usage: dazzle-infra" in bench.run(env / "bin" / "dazzle-infra", "--help")


@needs_uv
def test_a_synchronised_project_has_infra_from_its_first_time_on(bench: Workbench, wheels: Wheels) -> None:
    assert UV is not None
    sources = {"dazzle-infra": wheels.infra, "dazzle-dsl": wheels.dazzle}
    lines = "".join(f'{name} = {{ path = "{path}" }}\n' for name, path in sources.items() if path.endswith(".whl"))
    minor = sys.version_info.minor
    project = build_tree(
        bench.folder / "project",
        {
            "pyproject.toml": f'[project]\nname = "desk"\nversion = "1"\nrequires-python = "==3.{minor}.*"\n'
            f'dependencies = ["dazzle-infra", "dazzle-dsl"]\n[tool.uv.sources]\n{lines}'
        },
    )
    bench.run(UV, "lock", cwd=project)
    for clone in ("first", "second"):
        folder = shutil.copytree(project, bench.folder / clone)
        for _ in range(2):
            bench.run(UV, "sync", "--locked", cwd=folder)
            assert has_infra(bench, ".venv/bin/dazzle", cwd=folder)
    bench.run(UV, "sync", "--locked", "--reinstall-package", "dazzle-dsl", cwd=folder)
    assert has_infra(bench, UV, "run", "--locked", "dazzle", cwd=folder)
    bench.run(UV, "remove", "dazzle-infra", cwd=folder)
    assert not has_infra(bench, ".venv/bin/dazzle", cwd=folder)


@needs_uv
def test_a_tool_of_uv_has_infra_with_it_and_stays_when_dazzle_infra_is_a_tool_too(
    bench: Workbench, wheels: Wheels
) -> None:
    assert UV is not None
    dazzle = bench.folder / "scripts" / "dazzle"
    bench.run(UV, "tool", "install", wheels.dazzle, "--with", wheels.infra)
    assert has_infra(bench, dazzle)
    bench.run(UV, "tool", "install", wheels.infra)
    assert "Usage: dazzle-infra" in bench.run(bench.folder / "scripts" / "dazzle-infra", "--help")
    bench.run(UV, "tool", "uninstall", "dazzle-infra")
    assert has_infra(bench, dazzle)
    bench.run(UV, "tool", "install", "--reinstall", wheels.dazzle)
    assert not has_infra(bench, dazzle)


@needs_uv
def test_a_run_of_uv_has_infra_with_it_for_this_once(bench: Workbench, wheels: Wheels) -> None:
    assert UV is not None
    bench.run(UV, "venv", "--quiet", ".venv")
    bench.run(UV, "pip", "install", "--quiet", "--python", ".venv", wheels.dazzle)
    without_project = [UV, "run", "--quiet", "--no-project"]
    assert has_infra(bench, *without_project, "--with", wheels.dazzle, "--with", wheels.infra, "dazzle")
    assert not has_infra(bench, ".venv/bin/dazzle")


@needs_pipx
def test_an_application_of_pipx_has_infra_once_it_is_injected(bench: Workbench, wheels: Wheels) -> None:
    assert PIPX is not None
    dazzle = bench.folder / "scripts" / "dazzle"
    bench.run(PIPX, "install", wheels.dazzle)
    assert not has_infra(bench, dazzle)
    bench.run(PIPX, "inject", "dazzle-dsl", wheels.infra)
    assert has_infra(bench, dazzle)
    bench.run(PIPX, "uninject", "dazzle-dsl", "dazzle-infra")
    assert not has_infra(bench, dazzle)


@needs_uv
def test_an_editable_installation_has_infra_too(bench: Workbench, wheels: Wheels) -> None:
    assert UV is not None
    sources = build_sources(bench.folder / "sources")
    bench.run(UV, "venv", "--quiet", "env")
    install = [UV, "pip", "install", "--quiet", "--python", "env"]
    bench.run(*install, "--editable", sources)
    bench.run(*install, wheels.dazzle)
    assert has_infra(bench, "env/bin/dazzle")
    shutil.rmtree(sources)
    assert bench.run("env/bin/python", "-c", "pass") == ""
    assert not has_infra(bench, "env/bin/dazzle")


@needs_uv
def test_the_command_that_doctor_names_restores_the_script(bench: Workbench, wheels: Wheels) -> None:
    assert UV is not None
    bench.run(UV, "venv", "--quiet", "env")
    pip = [UV, "pip"]
    bench.run(*pip, "install", "--quiet", "--python", "env", wheels.infra, wheels.dazzle, wheels.standalone)
    dazzle = bench.folder / "env" / "bin" / "dazzle"
    path = f"{dazzle.parent}:{Path(UV).parent}:/usr/bin:/bin"
    assert "both provide it" in bench.run(dazzle.parent / "dazzle-infra", "doctor", PATH=path, COLUMNS="2000")
    bench.run(*pip, "uninstall", "--python", "env", "dazzle-infra-standalone")
    told = bench.run(dazzle.parent / "dazzle-infra", "doctor", PATH=path, COLUMNS="2000")
    assert "was removed" in told
    (command,) = (line.partition("restore it: ")[2] for line in told.splitlines() if "restore it: " in line)
    bench.run("sh", "-c", command, PATH=path)
    assert has_infra(bench, dazzle)


def test_a_start_of_python_takes_two_milliseconds_more_at_most(tmp_path: Path) -> None:
    environment = build_environment(tmp_path / "env")
    (environment.packages / "dazzle_infra_mount.start").unlink()
    line = environment.packages / "dazzle_infra_mount.pth"
    text = line.read_text()
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}

    def median_of_25() -> float:
        spent: dict[str, list[float]] = {"": [], text: []}
        for _ in range(25):
            for content, seconds in spent.items():
                line.write_text(content)
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                subprocess.run([environment.python, "-c", "pass"], env=variables, check=True)
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        return statistics.median(spent[text]) - statistics.median(spent[""])

    medians: list[float] = []
    while len(medians) < 3 and min(medians, default=1.0) > 0.002:  # another load on the machine is no fault
        medians.append(median_of_25())
    assert min(medians) <= 0.002, f"{[f'{1000 * one:.2f} ms' for one in medians]} of processor time more"
