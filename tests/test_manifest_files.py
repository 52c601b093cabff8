"""A dazzle.toml that cannot be read is one message, never a traceback."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dazzle_infra.errors import ExitCode, ManifestError, PreconditionError
from tests.support.manifests import manifest_in
from tests.support.trees import build_tree


@pytest.mark.parametrize("folder", [".", "not/there", "file.txt", "x" * 5000, "nul\0"])
def test_a_folder_without_dazzle_toml_is_a_missing_precondition(tmp_path: Path, folder: str) -> None:
    build_tree(tmp_path, {"file.txt": "text"})
    with pytest.raises(PreconditionError) as caught:
        manifest_in(tmp_path / folder)
    assert caught.value.exit_code == ExitCode.PRECONDITION
    assert "dazzle.toml" in caught.value.message
    assert caught.value.hint


def test_a_folder_called_dazzle_toml_is_not_a_manifest(tmp_path: Path) -> None:
    build_tree(tmp_path, {"dazzle.toml/file": ""})
    with pytest.raises(PreconditionError, match="is not a file"):
        manifest_in(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_before_it_can_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "dazzle.toml")
    with pytest.raises(PreconditionError, match="is not a file"):
        manifest_in(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_manifest_without_permission_to_read_is_said_so(tmp_path: Path) -> None:
    build_tree(tmp_path, {"dazzle.toml": ""})
    (tmp_path / "dazzle.toml").chmod(0)
    with pytest.raises(PreconditionError, match="cannot be read: Permission denied"):
        manifest_in(tmp_path)


@pytest.mark.parametrize(
    ("content", "message", "line"),
    [
        (b"[project\n", "(line 1, column 9)", 1),
        (b'[project]\nname = "x"\nname = "y"\n', "(line 3, column 11)", 3),
        (b"[infra.docker]\n[infra.docker]\n", "Cannot declare [infra.docker] twice", 2),
        (b"[infra]\n[infra]\n", "Cannot declare [infra] twice", 2),
        (b"[infra]\n\nbackends = [", "(line 3, column 13)", 3),
        (b"a = 1\r\nb = \r\n", "(line 2, column 5)", 2),
        (b"a = '''\nx\n", "line 3", 3),
        (b'a = 1\nb = "\xff"\n', "is not UTF-8", 2),
        (b"\xff\xfea\0 \0=\0", "is not UTF-8", 1),
        (b"\xef\xbb\xbf[infra]\n", "byte order mark", 1),
        (b"a = " + b"1" * 5000, "a number that is too long", None),
        (b"a = " + b"[" * 100_000, "nested too deep", None),
        (b"a = " + b"{a=" * 100_000, "nested too deep", None),
        (b"# \n" * 3_500_000, "larger than 1000 kB", None),
    ],
)
def test_a_manifest_that_is_no_toml_is_refused_with_its_place(
    tmp_path: Path, content: bytes, message: str, line: int | None
) -> None:
    build_tree(tmp_path, {"dazzle.toml": content})
    with pytest.raises(ManifestError) as caught:
        manifest_in(tmp_path)
    error = caught.value
    assert message in error.message
    assert error.exit_code == ExitCode.USAGE
    assert error.where is not None
    assert (error.where.file, error.where.line) == ("dazzle.toml", line)
    assert error.hint


def test_windows_line_ends_do_not_shift_lines(tmp_path: Path) -> None:
    build_tree(tmp_path, {"dazzle.toml": b"# comment\r\n[infra]\r\n\r\nbogus = '''\r\n'''\r\nbackends = []\r\n"})
    with pytest.raises(ManifestError, match=r"unknown key .bogus. in") as caught:
        manifest_in(tmp_path)
    assert str(caught.value.where) == "dazzle.toml:4"
