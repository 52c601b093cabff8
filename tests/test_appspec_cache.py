"""The cache: an unchanged application is not parsed again, and nothing else is ever taken from it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

import dazzle_infra.appspec.load
from dazzle_infra.appspec import AppSpecSource, LoadedAppSpec, load_appspec
from dazzle_infra.errors import AppSpecError
from tests.support.appspecs import document, entity
from tests.support.fake_dazzle import build_project, install_dazzle, runs_of
from tests.support.trees import build_tree

KEPT = 64


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(dazzle_infra.appspec.load, "in_process_version", lambda: None)
    monkeypatch.setenv("DAZZLE_INFRA_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache" / "appspec"


@pytest.fixture
def project(cache: Path, tmp_path: Path) -> Path:
    return build_project(tmp_path / "project")


@pytest.fixture
def dazzle(project: Path) -> Path:
    spec = document(entities=[entity("Invoice", scan="file")], schedules=[{"name": "s", "cron": "0 9 * * *"}])
    return install_dazzle(project / ".venv", spec=spec)


def _load(project: Path, **source: object) -> LoadedAppSpec:
    return load_appspec(project, source=AppSpecSource(**source))  # type: ignore[arg-type]


def test_an_unchanged_application_is_not_parsed_again(project: Path, dazzle: Path) -> None:
    first, second = _load(project), _load(project)
    assert runs_of(dazzle) == 1
    assert (first.cached, second.cached) == (False, True)
    assert first.appspec == second.appspec
    assert (second.origin, second.place, second.dazzle_version) == ("command", str(dazzle), "0.125.0")


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("dsl/app.dsl", "module other\n"),
        ("dsl/deeper/more.dsl", "module more\n"),
        ("dazzle.toml", '[project]\nname = "demo"\n\n'),
        ("dazzle/local_vocab/manifest.yml", "version: 1\n"),
    ],
)
def test_what_the_model_depends_on_makes_it_parsed_again(project: Path, dazzle: Path, file: str, content: str) -> None:
    _load(project)
    build_tree(project, {file: content})
    assert not _load(project).cached
    assert runs_of(dazzle) == 2


@pytest.mark.parametrize("file", ["README.md", "dsl/notes.txt", "other/app.dsl", "infra/docker/compose.yaml"])
def test_what_the_model_does_not_depend_on_leaves_it_cached(project: Path, dazzle: Path, file: str) -> None:
    _load(project)
    build_tree(project, {file: "changed\n"})
    assert _load(project).cached
    assert runs_of(dazzle) == 1


def test_a_dsl_file_that_moves_or_leaves_makes_it_parsed_again(project: Path, dazzle: Path) -> None:
    build_tree(project, {"dsl/more.dsl": "module more\n"})
    _load(project)
    (project / "dsl" / "more.dsl").rename(project / "dsl" / "moved.dsl")
    assert not _load(project).cached
    (project / "dsl" / "moved.dsl").unlink()
    assert not _load(project).cached
    assert runs_of(dazzle) == 3


def test_the_manifests_module_paths_say_where_the_model_is(project: Path, dazzle: Path) -> None:
    build_tree(project, {"model/app.dsl": "module demo\n"})
    paths = ("./model", "./missing")
    _load(project, module_paths=paths)
    build_tree(project, {"dsl/app.dsl": "module other\n"})
    assert _load(project, module_paths=paths).cached
    build_tree(project, {"model/app.dsl": "module other\n"})
    assert not _load(project, module_paths=paths).cached


def test_another_version_of_dazzle_parses_again(project: Path, dazzle: Path, tmp_path: Path) -> None:
    _load(project)
    newer = install_dazzle(tmp_path / "newer", spec=document(), version="0.126.0")
    assert not _load(project, dazzle=str(newer)).cached
    assert _load(project, dazzle=str(newer)).cached
    assert (runs_of(dazzle), runs_of(newer)) == (1, 1)


def test_a_dazzle_of_unknown_version_is_known_by_its_file(project: Path, tmp_path: Path) -> None:
    unknown = install_dazzle(tmp_path / "unknown", spec=document(), version=None)
    _load(project, dazzle=str(unknown))
    assert _load(project, dazzle=str(unknown)).cached
    os.utime(unknown, ns=(1, 1))
    assert not _load(project, dazzle=str(unknown)).cached


def test_two_checkouts_of_the_same_content_share_an_entry(project: Path, dazzle: Path, tmp_path: Path) -> None:
    _load(project)
    other = build_project(tmp_path / "other")
    assert _load(other, dazzle=str(dazzle)).cached


def test_a_model_that_is_refused_leaves_no_entry(project: Path, cache: Path) -> None:
    install_dazzle(project / ".venv", script="#!/bin/sh\necho 'Error: no' >&2; exit 1\n")
    for _ in range(2):
        with pytest.raises(AppSpecError):
            _load(project)
    assert not cache.exists()


def test_a_file_that_is_saved_while_dazzle_reads_leaves_no_entry(project: Path) -> None:
    script = (
        "#!/bin/sh\necho run >> '{prefix}/runs'; echo >> dsl/app.dsl\n"
        'mkdir -p "$5" && cp \'{prefix}/export.json\' "$5/appspec.json"\n'
    )
    hasty = install_dazzle(project / ".venv", spec=document(), script=script)
    before = (project / "dsl" / "app.dsl").read_bytes()
    _load(project)
    (project / "dsl" / "app.dsl").write_bytes(before)
    assert not _load(project).cached
    assert runs_of(hasty) == 2


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"name": 7}', b"\xff\xfe", b'{"name": "x", "domain": {}}'])
def test_a_broken_entry_is_ignored_and_replaced(project: Path, dazzle: Path, cache: Path, content: bytes) -> None:
    _load(project)
    (entry,) = cache.glob("*.json")
    entry.write_bytes(content)
    assert not _load(project).cached
    assert _load(project).cached
    assert runs_of(dazzle) == 2


def test_a_cache_that_cannot_be_written_costs_only_time(
    project: Path, dazzle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_tree(tmp_path, {"a-file": ""})
    monkeypatch.setenv("DAZZLE_INFRA_CACHE_DIR", str(tmp_path / "a-file"))
    assert not _load(project).cached
    assert _load(project).appspec.name  # from a folder that this process removes when it ends
    assert runs_of(dazzle) == 1


def test_the_cache_can_be_left_out(project: Path, dazzle: Path, cache: Path) -> None:
    assert [_load(project, use_cache=False).cached for _ in range(2)] == [False, False]
    assert not cache.exists()


def test_an_entry_is_private_and_alone(project: Path, dazzle: Path, cache: Path) -> None:
    _load(project)
    (entry,) = cache.iterdir()
    assert stat.S_IMODE(entry.stat().st_mode) == 0o600
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700


def test_only_the_newest_entries_are_kept(project: Path, dazzle: Path, cache: Path) -> None:
    build_tree(cache, {f"{number:064x}.json": "{}" for number in range(KEPT + 6)})
    for number, entry in enumerate(sorted(cache.iterdir())):
        os.utime(entry, (1000 + number, 1000 + number))
    _load(project)
    names = {entry.stem for entry in cache.glob("*.json")}
    assert len(names) == KEPT
    assert f"{KEPT + 5:064x}" in names
    assert f"{6:064x}" not in names
    assert _load(project).cached


def test_an_export_is_never_cached(project: Path, cache: Path) -> None:
    install_dazzle(project, spec=document())
    assert not _load(project, configured="export.json").cached
    assert not cache.exists()
