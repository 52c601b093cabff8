from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.terraform_template import SHAPES, shapes

__all__ = ["shapes"]

BLOCK = re.compile(r'(?ms)^(variable|output) "(\w+)" \{\n(.*?)^\}')


def folders(root: Path) -> list[Path]:
    return sorted({path.parent for path in root.rglob("*.tf")})


def text_of(folder: Path) -> str:
    return "\n".join(path.read_text() for path in sorted(folder.glob("*.tf")))


def blocks(folder: Path, kind: str) -> Iterator[tuple[str, str]]:
    return ((name, body) for found, name, body in BLOCK.findall(text_of(folder)) if found == kind)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_variable_is_described_typed_never_null_and_used(shapes: dict[str, Path], shape: str) -> None:
    count = 0
    for folder in folders(shapes[shape]):
        for name, body in blocks(folder, "variable"):
            count += 1
            keys = re.findall(r"(?m)^  (\w+)\s*=", body)
            assert {"description", "type", "nullable"} <= set(keys), f"{folder.name}: {name}"
            assert re.search(r"(?m)^  nullable\s*= false$", body), f"{folder.name}: {name}"
            assert re.search(rf"\bvar\.{name}\b", text_of(folder).replace(body, "")), f"{folder.name}: {name} is unused"
    assert count > 50


@pytest.mark.parametrize("shape", SHAPES)
def test_an_output_is_described(shapes: dict[str, Path], shape: str) -> None:
    for folder in folders(shapes[shape]):
        for name, body in blocks(folder, "output"):
            assert re.search(r'(?m)^  description = "\S', body), f"{folder.name}: {name}"


@pytest.mark.parametrize("shape", SHAPES)
def test_every_variable_of_an_environment_has_a_default_and_a_value_or_a_word_about_it(
    shapes: dict[str, Path], shape: str
) -> None:
    for environment in SHAPES[shape].environments:
        folder = shapes[shape] / "envs" / environment.name
        variables = dict(blocks(folder, "variable"))
        assert all(re.search(r"(?m)^  default\s*=", body) for body in variables.values())
        named = re.findall(r"(?m)^(?:# )?(\w+) = ", (folder / "terraform.tfvars").read_text())
        assert sorted(named) == sorted(variables)


def test_the_values_of_an_environment_are_the_variables_of_its_answer(shapes: dict[str, Path]) -> None:
    (answer, *_) = SHAPES["everything"].environments
    variables = dict(blocks(shapes["everything"] / "envs" / answer.name, "variable"))
    not_variables = {"name", "profile", "profile_version", "state_bucket", "state_kms_key"}
    assert set(type(answer).model_fields) - not_variables <= set(variables)
    own = {"database_final_snapshot", "secrets_version", "settings", "start_services"}
    assert set(variables) - set(type(answer).model_fields) == own


def test_a_blank_line_stands_around_each_value_that_people_change(shapes: dict[str, Path]) -> None:
    lines = (shapes["everything"] / "envs" / "dev" / "terraform.tfvars").read_text().splitlines()
    values = [number for number, line in enumerate(lines) if re.match(r"\w+ = ", line)]
    assert len(values) > 30
    for number in values:
        assert lines[number - 1].startswith("# "), lines[number]
        assert lines[number].endswith("{") or lines[number + 1 : number + 2] in ([], [""]), lines[number]


def test_modules_say_nothing_about_this_application(shapes: dict[str, Path]) -> None:
    names = {
        SHAPES["everything"].app_name,
        *(one.name for one in SHAPES["everything"].environments if one.name != "dev"),
    }
    for path in (shapes["everything"] / "modules").rglob("*"):
        assert path.is_dir() or not [name for name in names if name in path.read_text()], path


def test_what_is_skipped_by_a_scanner_says_why(shapes: dict[str, Path]) -> None:
    skips = re.findall(r"#(checkov:skip=.*|trivy:ignore.*)", "".join(map(text_of, folders(shapes["everything"]))))
    assert skips
    for skip in skips:
        assert re.fullmatch(r"checkov:skip=CKV2?_AWS_\d+:\w.{10,}|trivy:ignore:AWS-\d{4}( # .{10,})?", skip), skip
