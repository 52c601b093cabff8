"""AppSpecs that come as JSON: files, archives, standard input, and what is refused."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from dazzle_infra.appspec import AppSpecSource, LoadedAppSpec, load_appspec
from dazzle_infra.errors import AppSpecError, ExitCode, ManifestError, UsageError
from tests.support.appspecs import document
from tests.support.trees import build_tree

GOOD = json.dumps(document()).encode()
LIMIT = 100 * 1024 * 1024


def _load(project: Path, data: bytes) -> LoadedAppSpec:
    build_tree(project, {"export.json": data})
    return load_appspec(project, source=AppSpecSource(configured="export.json"))


@pytest.mark.parametrize("data", [GOOD, b"\xef\xbb\xbf" + GOOD, gzip.compress(GOOD), b"\n\n" + GOOD + b"\n"])
def test_an_export_loads_plain_or_gzipped_whatever_its_name(tmp_path: Path, data: bytes) -> None:
    loaded = _load(tmp_path, data)
    assert (loaded.appspec.name, loaded.origin, loaded.place) == ("demo", "file", "export.json")
    assert (loaded.cached, loaded.dazzle_version) == (False, None)
    assert loaded.seconds > 0


@pytest.mark.parametrize("data", [GOOD, gzip.compress(GOOD)])
def test_a_dash_is_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    loaded = load_appspec(tmp_path, source=AppSpecSource(file="-"))
    assert (loaded.appspec.name, loaded.origin, loaded.place) == ("demo", "stdin", "-")


def test_a_key_that_has_the_name_of_one_of_ours_is_ignored(tmp_path: Path) -> None:
    text = json.dumps(document(references=[{"variable": "X", "kind": "a", "name": "b", "key": "c"}]))
    assert _load(tmp_path, text.encode()).appspec.references == ()


def test_the_command_line_wins_over_the_manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = build_tree(tmp_path / "project", {"own.json": json.dumps(document() | {"name": "own"})})
    elsewhere = build_tree(tmp_path / "elsewhere", {"other.json": json.dumps(document() | {"name": "other"})})
    monkeypatch.chdir(elsewhere)
    assert load_appspec(project, source=AppSpecSource(configured="own.json")).appspec.name == "own"
    both = AppSpecSource(file="other.json", configured="own.json")
    assert load_appspec(project, source=both).appspec.name == "other"


def test_an_export_below_the_home_folder_is_read_from_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "own.json").write_text(json.dumps(document() | {"name": "at_home"}))
    project = tmp_path / "project"
    project.mkdir()
    assert load_appspec(project, source=AppSpecSource(configured="~/own.json")).appspec.name == "at_home"


def _nested(levels: int) -> bytes:
    return GOOD[:-1] + b', "x": ' + b"[" * levels + b"]" * levels + b"}"


@pytest.mark.parametrize(
    ("data", "message", "line"),
    [
        (b"", "this is not JSON", 1),
        (b"entity Note:\n", "this is not JSON", 1),
        (b'{\n  "name": "demo",\n  "domain" {}\n}', "this is not JSON: Expecting ':' delimiter, column 12", 3),
        (GOOD[:-9], "the JSON is truncated", 1),
        (GOOD[: GOOD.index(b"demo") + 2], "the JSON is truncated", 1),
        (GOOD + b"\n{}", "this is not JSON: Extra data", 2),
        (b"[]", "it contains a list, not an object", None),
        (b'"text"', "it contains text, not an object", None),
        (b"null", "it contains null, not an object", None),
        (b"{}", "`name` is missing and `domain` is missing", None),
        (b'{"name": "x", "domain": null}', "`domain` is null", None),
        (b'{"name": "x", "domain": {}}', "`domain.entities` is missing", None),
        (b'{"openapi": "3.1.0", "paths": {}}', "`name` is missing and `domain` is missing", None),
        (GOOD.decode().encode("utf-16"), "is not UTF-8: byte 1", None),
        (b'{"name": "caf\xe9"}', "is not UTF-8: byte 14", None),
        (b'{"name": ' + b"9" * 5000 + b"}", "the JSON cannot be read", None),
        (_nested(100_000), "nested too deep", None),
        (gzip.compress(GOOD)[:-20], "the gzip archive is invalid or truncated", None),
        (b"\x1f\x8b" + GOOD, "the gzip archive is invalid or truncated", None),
    ],
)
def test_what_is_no_appspec_is_refused_with_the_place(
    tmp_path: Path, data: bytes, message: str, line: int | None
) -> None:
    with pytest.raises(AppSpecError) as raised:
        _load(tmp_path, data)
    error = raised.value
    assert message in error.message
    assert error.where is not None
    assert (error.where.file, error.where.line, error.exit_code) == ("export.json", line, ExitCode.ERROR)
    assert error.hint


@pytest.mark.parametrize("levels", [900, 10_000, 100_000])
def test_no_depth_lets_a_recursion_error_escape(tmp_path: Path, levels: int) -> None:
    # How deep is too deep is Python's to say; what is not too deep is ignored like every unknown key.
    with contextlib.suppress(AppSpecError):
        assert _load(tmp_path, _nested(levels)).appspec.name == "demo"


def test_a_file_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "export.json").open("wb") as stream:
        stream.truncate(LIMIT + 1)
    with pytest.raises(AppSpecError, match="larger than the limit of 100 MB"):
        load_appspec(tmp_path, source=AppSpecSource(configured="export.json"))


def test_an_archive_that_unpacks_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=1) as archive:
        for _ in range(101):
            archive.write(bytes(1024 * 1024))
    with pytest.raises(AppSpecError, match="larger than the limit of 100 MB"):
        _load(tmp_path, packed.getvalue())


@pytest.mark.parametrize("in_manifest", [False, True])
@pytest.mark.parametrize("name", ["missing.json", "folder", "nul\0.json", "x" * 300])
def test_a_file_that_cannot_be_read_is_a_mistake_of_who_named_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_manifest: bool, name: str
) -> None:
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    source = AppSpecSource(configured=name) if in_manifest else AppSpecSource(file=name)
    with pytest.raises(UsageError, match="cannot be read") as raised:
        load_appspec(tmp_path, source=source)
    assert raised.value.exit_code == ExitCode.USAGE
    assert isinstance(raised.value, ManifestError) == in_manifest


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read any file")
def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    build_tree(tmp_path, {"export.json": GOOD})
    (tmp_path / "export.json").chmod(0)
    with pytest.raises(ManifestError, match="Permission denied"):
        load_appspec(tmp_path, source=AppSpecSource(configured="export.json"))
