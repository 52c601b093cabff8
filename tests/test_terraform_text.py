from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_copier.plugin import CopierFixture

from dazzle_infra.backends.terraform.answers import TerraformAnswers
from dazzle_infra.backends.terraform.entry_points import CloudEntryPoint as EntryPoint
from dazzle_infra.values.records import Variable
from tests.support.terraform import terraform
from tests.support.terraform_template import copier_template, environment, render

__all__ = ["copier_template"]

HOSTILE = [
    "quotes \" and '",
    "${var.region} and $${x} and $$${x} and \\${y}",
    "%{ if true }evaluated%{ endif } %%{x}",
    "back\\slash \\n \\u0041 and a real\nnewline",
    "{{ 7 * 7 }} {% raw %} {# comment #}",
    "# no comment, // nor this /* or this */",
    "<<EOT\nheredoc\nEOT",
    "| table | <script> `code` [link](x) *bold* _it_ ~ $math$",
    "日本語 ünïcode \U0001f600 \u2028 line",
    "${jsonencode({a = 1})}",
    "'; drop table x; --",
    "```\nfence\n```",
]
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]) | st.sampled_from('\n${}%"\\'), min_size=1)


def answers_with(texts: list[str], title: str) -> TerraformAnswers:
    settings_of = [Variable(name=f"V{number}", value=text, because=text) for number, text in enumerate(texts)]
    secrets_of = [Variable(name=f"S{number}", secret=True, because=text) for number, text in enumerate(texts)]
    return TerraformAnswers(
        app_title=title,
        environments=[environment("dev")],
        entry_points=[EntryPoint(name="web", command=["run", *texts])],
        worker=True,
        worker_command=texts,
        settings=settings_of,
        secrets=secrets_of,
    )


def evaluated(root: Path, *expressions: str) -> list[object]:
    """Return what Terraform makes of the expressions in a folder that needs no providers."""
    tool = terraform()
    outputs = "".join(f'output "o{n}" {{\n  value = jsonencode({one})\n}}\n' for n, one in enumerate(expressions))
    (root / "outputs.tf").write_text(outputs)
    tool.succeed("apply", "-input=false", "-auto-approve", "-no-color", cwd=root)
    shown = json.loads(tool.succeed("output", "-json", cwd=root))
    return [json.loads(shown[f"o{number}"]["value"]) for number in range(len(expressions))]


def alone(made: Path, root: Path) -> Path:
    """Copy what holds text out of the stack and of an environment, without anything that needs a provider."""
    root.mkdir()
    for path in ("modules/stack/model.tf", "modules/stack/secrets.tf", "envs/dev/terraform.tfvars"):
        (root / Path(path).name).write_text((made / path).read_text())
    (root / "variables.tf").write_text('variable "settings" {\n  type = map(string)\n}\n')
    return root


def assert_kept(copier: CopierFixture, place: Path, texts: list[str], title: str) -> None:
    made = render(copier, place / "made", answers_with(texts, title))
    assert terraform().succeed("fmt", "-check", "-diff", "-recursive", cwd=made) == ""
    command, worker, values, because = evaluated(
        alone(made, place / "alone"),
        "local.entry_points.web.command",
        "local.background_commands.worker",
        "var.settings",
        "local.external_secrets",
    )
    assert command == ["run", *texts]
    assert worker == texts
    assert values == {f"V{number}": text for number, text in enumerate(texts)}
    lines = {f"S{number}": " ".join(text.split()) for number, text in enumerate(texts)}
    assert because == {name: line or "Set manually" for name, line in lines.items()}
    (heading, *_) = (made / "README.md").read_text().splitlines()
    assert re.sub(r"\\(.)", r"\1", heading) == f"# {' '.join(title.split())} in the cloud"
    recorded = yaml.safe_load((made / ".copier-answers.yml").read_text())
    assert recorded["app_title"] == title
    assert recorded["worker_command"] == texts


def test_hostile_text_is_kept_and_never_evaluated(copier: CopierFixture, tmp_path: Path) -> None:
    assert_kept(copier, tmp_path, HOSTILE, '${x} %{y} "z" {{ 7 * 7 }} \\ \nnew | line <b> `c`')


@pytest.mark.slow
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXT, min_size=1, max_size=20), title=TEXT.filter(str.strip))
def test_any_text_is_kept(
    copier: CopierFixture, tmp_path_factory: pytest.TempPathFactory, texts: list[str], title: str
) -> None:
    from unicodedata import normalize

    # HCL normalises text, as NFC.
    normal = [normalize("NFC", text) for text in texts]
    assert_kept(copier, tmp_path_factory.mktemp("text"), normal, normalize("NFC", title))
