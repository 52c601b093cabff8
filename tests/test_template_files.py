"""What holds for the files of every template, as they lie there and as they are rendered."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.support import docker
from tests.support.every_template import RENDERED, SHAPES
from tests.support.trees import assert_golden, read_tree

TEMPLATES = docker.TEMPLATE.parent
SOURCES = sorted(path for path in TEMPLATES.rglob("*") if path.is_file())
REFERENCE = re.compile(r"\$\{\w+:\?[^}]*\}")
SECRET = {
    "ci": re.compile(r"(?i)(secret|password|token|api_?key|access_key)['\"]?\s*(?::\s+|=)(?P<value>[^\s\[({|>'\"].*)$"),
    "docker": re.compile(r"(?i)(secret|password|token|api_?key|access_key)['\"]?\s*[:=]\s*(?P<value>\S.*)$"),
    "server": re.compile(
        r"(?i)(secret|password|token|api_?key|access_key)['\"]?\s*(?::\s+|=)(?P<value>[^\s\[({|>'\"].*)$"
    ),
    "terraform": re.compile(
        r"""(?ix) ^ \s* "? \w* (secret|password|token|api_?key|access_key) "? \s* [:=] \s* "(?P<value>[^"]+)" """
    ),
}
INNOCENT = {
    "ci": re.compile(r"\$|true$|false$|test( \\)?$|test-only-|write$|read$"),
    "docker": re.compile(r"[\"']?\$\{\}|true$|false$"),
    "server": re.compile(r"the user has none|\$|true$|false$|no$|yes$|REDACTED|\.\./secrets/|machine$|sops$"),
    "terraform": re.compile(r".*\$\{|arn:aws:|integration |llm_model |secretsmanager:|Set manually|alias/"),
}
"""Values that are an expression, a name, or say what a secret is for."""


@pytest.fixture(params=SHAPES)
def shape(request: pytest.FixtureRequest) -> str:
    """Name a template and one of its shapes, as the golden trees are named."""
    return str(request.param)


@pytest.fixture
def tree(shape: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Say where the shape is rendered, to be read only."""
    template, name = shape.split("/")
    return RENDERED[template](name, tmp_path_factory.getbasetemp())


def test_the_tree_is_the_golden_one(shape: str, tree: Path, tmp_path: Path) -> None:
    shutil.copytree(tree, tmp_path / "compared")
    answers = tmp_path / "compared" / ".copier-answers.yml"
    text = re.sub(r"(?m)^(# template-commit:|_src_path:) .*$", r"\1 ...", answers.read_text())
    answers.write_text(text)
    assert_golden(tmp_path / "compared", shape, TEMPLATES / shape.partition("/")[0])


@pytest.mark.parametrize("template", RENDERED)
def test_the_same_answers_render_the_same_bytes_whatever_the_folder_is_called(
    template: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    here, there = tmp_path_factory.getbasetemp(), tmp_path / "other name"
    assert read_tree(RENDERED[template]("everything", there)) == read_tree(RENDERED[template]("everything", here))


def test_a_text_ends_where_it_does_and_so_do_its_lines(tree: Path) -> None:
    for path, content in read_tree(tree).items():
        text = content.decode()
        assert text.endswith("\n"), path
        assert not text.endswith("\n\n"), path
        # Python separates functions by two lines (PEP 8).
        assert ("\n\n\n\n" if path.endswith(".py") else "\n\n\n") not in text, path
        assert [line for line in text.splitlines() if line != line.rstrip()] == [], path


def test_no_file_holds_a_secret(shape: str, tree: Path) -> None:
    template = shape.split("/")[0]
    for path, content in read_tree(tree).items():
        assert [line for line in content.decode().splitlines() if secret_in(template, line)] == [], path


def secret_in(template: str, line: str) -> str | None:
    """Return what the line gives to the name of a secret, if that is a value of its own."""
    found = SECRET[template].search(REFERENCE.sub("${}", line))
    return found["value"] if found and not INNOCENT[template].match(found["value"]) else None


@pytest.mark.parametrize(
    ("template", "line"),
    [
        ("ci", "          POSTGRES_PASSWORD: hunter2"),
        ("ci", "export DEPLOY_TOKEN=abc"),
        ("docker", "POSTGRES_PASSWORD=hunter2"),
        ("docker", "      JWT_SECRET: ${JWT_SECRET:-changeme}"),
        ("docker", 'api_key: "abc"'),
        ("server", "POSTGRES_PASSWORD=hunter2"),
        ("server", "      JWT_SECRET: changeme"),
        ("terraform", '  password = "hunter2"'),
        ("terraform", '    JWT_SECRET = "abc"'),
        ("terraform", 'api_key = "abc"'),
        ("terraform", '  "CRM_TOKEN": "x"'),
    ],
)
def test_the_check_for_secrets_sees_one(template: str, line: str) -> None:
    assert secret_in(template, line)


@pytest.mark.parametrize("path", SOURCES, ids=[str(path.relative_to(TEMPLATES)) for path in SOURCES])
def test_a_source_reads_as_what_it_renders(path: Path) -> None:
    assert '"' not in path.name
    text = path.read_text()
    if path.suffix == ".jinja" and "includes" not in path.parts:
        tags = [line for line in text.splitlines() if "{%" in line]
        assert "{%-" not in text
        assert "-%}" not in text
        assert all(re.fullmatch(r"\{%.*%\}", line) for line in tags), "a block tag stands alone, at the first column"
        assert deepest(tags) <= 2


def deepest(tags: list[str]) -> int:
    depth = most = 0
    for tag in tags:
        depth += bool(re.match(r"\{% (if|for) ", tag)) - bool(re.match(r"\{% end(if|for) ", tag))
        most = max(most, depth)
    return most
