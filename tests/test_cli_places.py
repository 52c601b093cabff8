"""A key of dazzle.toml that cannot be used is refused with its line, whoever finds out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cli import MANIFEST, run_here, small_project


@pytest.mark.parametrize(
    ("manifest", "place"),
    [
        (MANIFEST + "[infra.docker]\nref = 'v9.9.9'\n", "dazzle.toml:7"),
        (MANIFEST + "[infra.docker]\n\ntemplate = 'no-such-folder'\n", "dazzle.toml:8"),
        (MANIFEST + "[infra.docker.answers]\nteem = 'x'\n", "dazzle.toml:7"),
        ("[infra]\n\nappspec = 'nope.json'\n", "dazzle.toml:3"),
        ("[infra]\n\n\ndazzle = './nope'\n", "dazzle.toml:4"),
    ],
)
def test_a_key_that_cannot_be_used_is_refused_with_its_line(tmp_path: Path, manifest: str, place: str) -> None:
    ran = run_here("docker", cwd=small_project(tmp_path, manifest))
    assert ran.status != 0
    assert place in ran.err
