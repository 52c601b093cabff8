"""What the cloud cannot take is refused where the manifest says it: one message, the line, exit 2, nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cli import MANIFEST, run_cli, small_project
from tests.support.trees import read_tree

PROD = "[infra.terraform.env.prod]\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{PROD}network_cidr = '10.0.0.1/16'\n", "host bits"),
        (f"{PROD}app_size = 'huge'\n", "app_size"),
        ("[infra.terraform]\nenvironments = ['Dev!']\n", "lower-case"),
        ("[infra.terraform]\nenvironments = ['a-name-far-too-long']\n", "12 characters"),
        (f"{PROD}container_image = 'nginx:1'\n", "with its registry"),
        (f"{PROD}region = 'eu-central-9'\n", "did you mean eu-central-"),
        (f"{PROD}region = 'cn-north-1'\n", "in China, for which nothing here is made"),
        ("\nname = 'a-name-of-21-letters-x'\n", "at most 20 characters"),
    ],
)
def test_what_the_cloud_cannot_take_is_refused(tmp_path: Path, text: str, said: str) -> None:
    project = small_project(tmp_path, MANIFEST + text)
    before = read_tree(project)
    ran = run_cli("terraform", cwd=project)
    assert (ran.status, ran.out) == (2, ""), ran.err
    assert said in ran.err
    assert "dazzle.toml:7" in ran.err
    assert read_tree(project) == before
