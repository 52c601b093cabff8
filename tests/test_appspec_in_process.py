"""Reading the model with the dazzle-dsl of this very interpreter, where it has one."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dazzle_infra.appspec import AppSpecSource, load_appspec
from dazzle_infra.appspec.distribution import in_process_version, is_ours, version_beside
from dazzle_infra.errors import AppSpecError, PreconditionError
from dazzle_infra.requirements import ProjectFacts, infer
from tests.support.trees import build_tree

VERSION = in_process_version()

needs_dazzle = pytest.mark.skipif(VERSION is None, reason="needs Python >= 3.12 with dazzle-dsl; this one has none")

MANIFEST = """
    [project]
    name = "notes"
    version = "0.1.0"
    root = "notes.core"
"""
MODEL = """\
    module notes.core

    app notes "Field Notes"

    entity Note "Note":
      id: uuid pk
      title: str(200) required
      scan: file

    integration crm "CRM":
      base_url: "https://crm.example.com"
      auth: api_key from env("CRM_KEY")
      mapping push on Note:
        trigger: on_create
        request: POST "/notes"
        map_response:
          title <- response.title
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DAZZLE_INFRA_CACHE_DIR", str(tmp_path / "cache"))
    return build_tree(tmp_path / "project", {"dazzle.toml": MANIFEST, "dsl/app.dsl": MODEL})


@needs_dazzle
def test_the_model_is_read_in_process_and_once(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = (load_appspec(project, source=AppSpecSource()) for _ in range(2))
    assert (first.origin, first.place, first.dazzle_version) == ("in_process", "dazzle-dsl", VERSION)
    assert (first.cached, second.cached) == (False, True)
    assert first.appspec == second.appspec
    assert first.appspec.title == "Field Notes"
    assert capsys.readouterr().out == ""
    inferred = infer(first.appspec, ProjectFacts())
    (evidence,) = inferred["queue"].evidence
    assert (str(evidence), evidence.because, evidence.source) == (
        "integration crm",
        "mapping push on create",
        "dsl/app.dsl:10",
    )
    assert inferred.needs("storage")


@needs_dazzle
@pytest.mark.parametrize(
    ("old", "new", "message", "place"),
    [
        ("str(200) required", "str(200 required", "Expected )", "dsl/app.dsl:7"),
        ("str(200) required", "ref Nowhere", "references unknown entity 'Nowhere'", "dazzle.toml"),
        ("id: uuid pk", "id: uuid", "primary key", "dazzle.toml"),
    ],
)
def test_dazzles_own_message_is_ours_with_its_place(
    project: Path, old: str, new: str, message: str, place: str
) -> None:
    file = project / "dsl" / "app.dsl"
    file.write_text(file.read_text().replace(old, new))
    with pytest.raises(AppSpecError) as raised:
        load_appspec(project, source=AppSpecSource())
    assert message in raised.value.message
    assert str(raised.value.where) == place


@needs_dazzle
@pytest.mark.parametrize("content", ["[project\n", "", "[modules]\npaths = 7\n"])
def test_a_manifest_that_dazzle_does_not_take_gives_a_message(project: Path, content: str) -> None:
    (project / "dazzle.toml").write_text(content)
    with pytest.raises(AppSpecError) as raised:
        load_appspec(project, source=AppSpecSource())
    assert str(raised.value.where) == "dazzle.toml"


@needs_dazzle
def test_the_command_and_the_library_read_the_same(project: Path) -> None:
    beside = Path(sys.executable).with_name("dazzle")
    command = str(beside) if beside.is_file() else shutil.which("dazzle")
    if command is None or version_beside(Path(command)) is None or is_ours(Path(command)):
        pytest.skip("needs the real `dazzle` command beside this interpreter")
    in_process = load_appspec(project, source=AppSpecSource(use_cache=False))
    by_command = load_appspec(project, source=AppSpecSource(dazzle=command, use_cache=False))
    assert (in_process.origin, by_command.origin) == ("in_process", "command")
    assert in_process.appspec == by_command.appspec


@pytest.mark.parametrize(
    ("version", "message"), [("0.111.7", "is too old"), ("0.125.0", "cannot be imported: a wheel is missing")]
)
def test_a_library_that_is_too_old_or_broken_is_a_precondition(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, message: str
) -> None:
    monkeypatch.syspath_prepend(
        build_tree(tmp_path / "site", {"dazzle/__init__.py": "raise ImportError('a wheel is missing')"})
    )
    for name in [name for name in sys.modules if name.partition(".")[0] == "dazzle"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr("dazzle_infra.appspec.load.in_process_version", lambda: version)
    with pytest.raises(PreconditionError, match=f"dazzle-dsl {version} {message}") as raised:
        load_appspec(project, source=AppSpecSource())
    assert raised.value.hint


def test_importing_the_package_imports_neither_pydantic_nor_dazzle() -> None:
    code = """
import sys
import dazzle_infra.appspec, dazzle_infra.requirements
sys.exit(bool({'pydantic', 'dazzle'} & {*sys.modules}))
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
