"""What the cloud cannot take is refused where the manifest says it: one message, the line, exit 2, nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cli import MANIFEST, run_here, small_project
from tests.support.trees import read_tree

PROD = "[infra.terraform.env.prod]\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{PROD}network_cidr = '10.0.0.1/16'\n", "host bits"),
        (f"{PROD}dns_zone = 'example.com'\n", "set domain_name in [infra.terraform.env.prod], such as app.example.com"),
        (
            f"{PROD}dns_zone = 'example.org'\ndomain_name = 'a.example.com'\n",
            "zone of Route 53 that contains a.example.com",
        ),
        (f"{PROD}app_size = 'huge'\n", "app_size"),
        ("[infra.terraform]\nenvironments = ['Dev!']\n", "lower-case"),
        ("[infra.terraform]\nenvironments = ['a-name-far-too-long']\n", "12 characters"),
        (f"{PROD}container_image = 'nginx:1'\n", "with its registry"),
        (f"{PROD}container_image = 'ghcr.io/acme/desk:1'\n", "set container_registry_access ="),
        ("[infra.env.prod]\nimage = 'registry.gitlab.com/acme/desk:1'\n", "private by default"),
        (f"{PROD}container_registry_access = 'secret'\n", "container_registry_access"),
        (f"{PROD}region = 'eu-central-9'\n", "did you mean eu-central-"),
        (f"{PROD}region = 'cn-north-1'\n", "in China, which is not supported"),
        ("\nname = '7-days'\n", "must begin with a letter"),
    ],
)
def test_what_the_cloud_cannot_take_is_refused(tmp_path: Path, text: str, said: str) -> None:
    project = small_project(tmp_path, MANIFEST + text)
    before = read_tree(project)
    ran = run_here("terraform", cwd=project)
    assert (ran.status, ran.out) == (2, ""), ran.err
    assert said in ran.err
    assert "dazzle.toml:7" in ran.err
    assert read_tree(project) == before
