"""What `doctor` says of the script `dazzle`: who provides it, whether it has `infra`, and how it is repaired."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.cli import run_cli
from tests.support.environments import DAZZLE, Environment, build_environment
from tests.support.trees import build_tree

VERSIONS = {"dazzle-dsl": "0.125.0", "dazzle-infra": "0.1.0", "dazzle-infra-standalone": "0.1.0"}


def install(environment: Environment, name: str, installer: str = "pip", direct: str = "") -> None:
    """Write what an installer records of a package."""
    folder = f"{name.replace('-', '_')}-{VERSIONS[name]}.dist-info"
    metadata = f"Metadata-Version: 2.4\nName: {name}\nVersion: {VERSIONS[name]}\n"
    build_tree(
        environment.packages / folder,
        {"METADATA": metadata, "INSTALLER": f"{installer}\n", **({"direct_url.json": direct} if direct else {})},
    )


def finding(environment: Environment, cwd: Path, path: str | None = None, **variables: str) -> tuple[str | None, str]:
    """Return what `doctor` found, and what it means."""
    ran = run_cli(
        *("-m", "dazzle_infra.cli", "doctor", "--json"),
        cwd=cwd,
        environment={"PATH": path or str(environment.bin), **variables},
        command=[environment.python],
    )
    (found,) = (one for one in ran.json["findings"] if one["name"] == "dazzle (script)")
    return found["found"], found["meaning"]


def test_a_script_of_dazzle_beside_dazzle_infra_is_well(tmp_path: Path) -> None:
    environment = build_environment(tmp_path / "env", DAZZLE)
    for name in ("dazzle-dsl", "dazzle-infra"):
        install(environment, name)
    assert finding(environment, tmp_path) == (f"{environment.dazzle} (dazzle-dsl's)", "")
    turned_off = finding(environment, tmp_path, DAZZLE_INFRA_MOUNT="0")
    assert "DAZZLE_INFRA_MOUNT is 0" in turned_off[1]
    (environment.packages / "dazzle_infra_mount.pth").unlink()
    (environment.packages / "dazzle_infra_mount.start").unlink()
    stripped = finding(environment, tmp_path)
    assert "did not run dazzle_infra_mount.pth" in stripped[1]
    assert stripped[1].endswith("dazzle-infra==0.1.0")


def test_a_script_of_dazzle_in_another_environment_has_no_infra(tmp_path: Path) -> None:
    ours = build_environment(tmp_path / "ours")
    theirs = build_environment(tmp_path / "theirs", DAZZLE)
    install(theirs, "dazzle-dsl")
    found, meaning = finding(ours, tmp_path, path=str(theirs.bin))
    assert found == f"{theirs.dazzle} (dazzle-dsl's)"
    assert "dazzle-infra is not installed in its environment" in meaning


@pytest.mark.parametrize(
    ("installer", "direct", "command"),
    [
        ("pip", "", ["-m", "pip", "install", "--force-reinstall", "--no-deps", "dazzle-dsl==0.125.0"]),
        ("uv", "", ["--reinstall", "--no-deps", "dazzle-dsl==0.125.0"]),
        ("pip", '{"url": "file:///d", "dir_info": {"editable": true}}', ["--no-deps", "--editable", "file:///d"]),
        ("pip", '{"url": "file:///d.whl", "archive_info": {}}', ["--no-deps", "dazzle-dsl @ file:///d.whl"]),
    ],
)
def test_a_script_that_was_removed_with_another_package_is_restored_by_the_command_that_is_named(
    tmp_path: Path, installer: str, direct: str, command: Sequence[str]
) -> None:
    environment = build_environment(tmp_path / "env with a space", DAZZLE)
    install(environment, "dazzle-dsl", installer, direct)
    Path(environment.dazzle).unlink()
    found, meaning = finding(environment, tmp_path)
    assert found is None
    assert f"{environment.dazzle} was removed" in meaning
    words = shlex.split(meaning.partition("restore it: ")[2])
    assert words[-len(command) :] == command
    assert words[0] == ("uv" if installer == "uv" else environment.python)


def test_the_script_of_standalone_that_was_removed_with_dazzle_is_restored_too(tmp_path: Path) -> None:
    environment = build_environment(tmp_path / "env")
    install(environment, "dazzle-infra-standalone")
    found, meaning = finding(environment, tmp_path)
    assert found is None
    assert meaning.endswith("--no-deps dazzle-infra-standalone==0.1.0")


def test_standalone_and_dazzle_side_by_side_are_told_apart(tmp_path: Path) -> None:
    environment = build_environment(tmp_path / "env", DAZZLE)
    install(environment, "dazzle-infra-standalone")
    environment.script("dazzle_infra_standalone")
    assert finding(environment, tmp_path) == (f"{environment.dazzle} (dazzle-infra-standalone's)", "")
    install(environment, "dazzle-dsl")
    found, meaning = finding(environment, tmp_path)
    assert found == environment.dazzle
    assert "uninstall dazzle-infra-standalone" in meaning
    assert meaning.endswith("dazzle-dsl==0.125.0")
