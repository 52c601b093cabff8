"""The list of all variables of an environment, and who gives each one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.server_template import SHAPES, rendered

COMMENT_OF_VARIABLES = re.compile(r"^#? ?([A-Z_][A-Z0-9_]*)=", re.MULTILINE)


@pytest.fixture(params=SHAPES)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rendered(request.param, tmp_path_factory.getbasetemp())


def environments(folder: Path) -> list[str]:
    return sorted(path.name.removesuffix(".env.example") for path in (folder / "environments").glob("*.env.example"))


def facts(folder: Path, environment: str) -> dict[str, str]:
    text = (folder / f"environments/{environment}.sh").read_text()
    return dict(re.findall(r"^(\w+)='?([^'\n]*)'?$", text, re.MULTILINE))


def test_each_environment_has_its_list(folder: Path) -> None:
    assert environments(folder) == sorted(
        path.name.removesuffix(".sh") for path in (folder / "environments").glob("*.sh")
    )


def test_the_list_has_every_variable_that_the_stack_and_the_application_read(folder: Path) -> None:
    for environment in environments(folder):
        text = (folder / f"environments/{environment}.env.example").read_text()
        listed = set(COMMENT_OF_VARIABLES.findall(text)) | set(text.splitlines()[-1].removeprefix("# ").split())
        compose = "".join(path.read_text() for path in folder.glob("compose*.yaml"))
        read = set(re.findall(r"(?<!\$)\$\{([A-Z_][A-Z0-9_]*)", compose))
        for suffix in ("env", "app.env"):
            given = (folder / f"environments/{environment}.{suffix}").read_text()
            read |= set(re.findall(r"^([A-Z_][A-Z0-9_]*)=", given, re.MULTILINE))
        read |= set(re.findall(r"^    known (\w+)", (folder / "machine/environment").read_text(), re.MULTILINE))
        known = facts(folder, environment)
        read |= set(f"{known['generated_secrets']} {known['given_secrets']} {known['stack_secrets']}".split())
        assert read - listed == set()


def test_the_lines_that_are_no_comments_are_the_secrets_that_a_person_gives(folder: Path) -> None:
    for environment in environments(folder):
        lines = (folder / f"environments/{environment}.env.example").read_text().splitlines()
        given = [line for line in lines if line and not line.startswith("#")]
        assert sorted(given) == sorted(f"{name}=" for name in facts(folder, environment)["given_secrets"].split())
