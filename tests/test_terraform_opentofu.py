"""What is rendered stays inside what OpenTofu 1.11 reads too: by its language, because none of it runs here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.terraform_template import SHAPES, shapes

__all__ = ["shapes"]

# Blocks of OpenTofu 1.11's reference that are in Terraform's too, and stay in both.
BLOCKS = {
    ".tf": {
        *("check", "data", "ephemeral", "import", "locals", "module", "moved", "output", "provider", "removed"),
        *("resource", "terraform", "variable"),
    },
    ".hcl": {"mock_provider", "override_data", "override_module", "override_resource", "provider", "run", "variables"},
}
# Terraform's alone: parallel runs, states and mocks of a plan in tests (1.11), identities of imports (1.12), actions
# (1.14), a word about the phase of a run (1.10), HCP Terraform's block, files of mocks (opentofu/opentofu#1778).
WORDS = re.compile(
    r"^ *(action_trigger|backend_type|cloud|identity|override_during|parallel|skip_cleanup|state_key)\b *[={]"
    r"|\bterraform\.applying\b|^mock_provider [^\n]*\n  source\b",
    re.MULTILINE,
)
BLOCK = re.compile(r"^([a-z_]+)(?: \"[^\"]*\")* \{", re.MULTILINE)
VARIABLE = re.compile(r'(?ms)^variable "(\w+)" \{\n(.*?)^\}')


def foreign(text: str, suffix: str) -> list[str]:
    """Return what OpenTofu would not read in a file."""
    found = [name for name in BLOCK.findall(text) if name not in BLOCKS[suffix]]
    found += [match.group().strip() for match in WORDS.finditer(text)]
    for name, body in VARIABLE.findall(text):
        found += [f"{name}: {other}" for other in re.findall(r"\b(?:var|local|module|data)\.\w+", body)]
        found = [one for one in found if one != f"{name}: var.{name}"]
    return found


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_has_nothing_that_terraform_alone_reads(shapes: dict[str, Path], shape: str) -> None:
    paths = [path for suffix in (".tf", ".tftest.hcl") for path in sorted(shapes[shape].rglob(f"*{suffix}"))]
    assert len(paths) > 50
    assert {path.name: found for path in paths if (found := foreign(path.read_text(), path.suffix))} == {}


@pytest.mark.parametrize(
    ("text", "suffix"),
    [
        ('action "aws_lambda_invoke" "x" {\n}\n', ".tf"),
        ("terraform {\n  cloud {\n  }\n}\n", ".tf"),
        ("locals {\n  now = terraform.applying\n}\n", ".tf"),
        ('variable "a" {\n  validation {\n    condition = var.a < var.b\n  }\n}\n', ".tf"),
        ('run "a" {\n  state_key = "b"\n}\n', ".hcl"),
        ('mock_provider "aws" {\n  source = "./mocks"\n}\n', ".hcl"),
        ('mock_provider "aws" {\n  override_during = plan\n}\n', ".hcl"),
    ],
)
def test_what_terraform_alone_reads_is_found(text: str, suffix: str) -> None:
    assert foreign(text, suffix)
