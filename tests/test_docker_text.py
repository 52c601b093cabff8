from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from dazzle_infra.backends.docker.answers import DockerAnswers
from dazzle_infra.values.records import Variable
from tests.support.compose import compose_config, write_dotenv
from tests.support.copiers import copier_of
from tests.support.docker import EVERYTHING, TEMPLATE, render
from tests.support.trees import read_tree

TEXTS = [
    "{{ 7 * 7 }} {% raw %} {# gone #} {%- endfor %}",
    "${HOME} $HOME $$ ${UNSET:?no} $(id) `id` \\$x }",
    "'single' \"double\" \\ \\\\ \\n \\' \\\" '\" back\\",
    "# not a comment\n# nor this\nkey: value\n- item\n---\n...",
    "a: b, [c], {d}, &e *f !g |h >i %j @k `l` ?m -n",
    "<script>alert(1)</script> | cell | _it_ *b* [link](x) # ~~~ ```",
    "naïve café Ω 日本語 😀 \u00a0 non-breaking",
    "  surrounded by white space\t\n",
    "null",
    "012",
    "{",
]


def hostile(text: str) -> DockerAnswers:
    clean = text.replace("\t", " ")
    return EVERYTHING.model_copy(
        update={
            "app_title": clean,
            "worker_command": ["python", clean],
            "variables": [
                Variable(name="EMPTY", secret=True, because=clean),
                Variable(name="FILLED", value=clean, because=clean),
            ],
        }
    )


@pytest.fixture(params=TEXTS, scope="module")
def rendered(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Render with the text at every place that takes one; return the text and where."""
    return request.param, render_with(request.param, tmp_path_factory.mktemp("text"))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Render with a text that can break nothing."""
    return read_tree(render_with("plain", tmp_path_factory.mktemp("plain")))


def render_with(text: str, project: Path) -> Path:
    return render(copier_of(TEMPLATE), project, hostile(text))


def test_text_arrives_as_it_is(rendered: tuple[str, Path]) -> None:
    text, directory = rendered
    answers = hostile(text)
    recorded = yaml.safe_load((directory / ".copier-answers.yml").read_text())
    assert DockerAnswers.model_validate({k: v for k, v in recorded.items() if k[0] != "_"}) == answers
    assert label(directory) == " ".join(text.split())
    write_dotenv(directory)
    services = compose_config(directory)["services"]
    (directory / ".env").unlink()
    # What Compose prints is to be read by Compose again, so that it doubles the dollars.
    assert services["worker"]["command"][2].replace("$$", "$") == answers.app_title
    assert services["web"]["environment"]["FILLED"].replace("$$", "$") == answers.app_title
    assert "EMPTY" not in services["web"]["environment"]


def label(directory: Path) -> str:
    """Return the title as a builder reads it out of the Dockerfile."""
    (quoted,) = re.findall(r'(?m)^LABEL .*title="(.*)" \\$', (directory / "Dockerfile").read_text())
    assert not re.search(r'(?<!\\)(\\\\)*["$]', quoted)
    return re.sub(r"\\(.)", r"\1", quoted)


def test_it_adds_no_line_and_no_variable(rendered: tuple[str, Path], plain: dict[str, bytes]) -> None:
    for path, content in read_tree(rendered[1]).items():
        if path != ".copier-answers.yml":
            assert content.count(b"\n") == plain[path].count(b"\n"), path
    for path, named in (("dev.env.example", "="), ("app.env", "(=|$)")):
        lines = (rendered[1] / path).read_text().splitlines()
        assert all(re.match(rf"#|$|[A-Z_]+{named}", line) for line in lines), path


def test_the_readme_keeps_its_shape(rendered: tuple[str, Path]) -> None:
    readme = (rendered[1] / "README.md").read_text()
    for table in re.findall(r"(?m)(?:^\|.*\n)+", readme):
        columns = {len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}
        assert len(columns) == 1, table
    assert "<script>" not in readme
    assert readme.count("```") % 2 == 0
    assert len(re.findall(r"(?m)^# ", re.sub(r"(?s)```.*?```", "", readme))) == 1
