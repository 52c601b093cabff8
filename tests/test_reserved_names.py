"""What a template may not render because it is the user's: a merge would print the secrets and put them into git."""

from __future__ import annotations

from pathlib import Path

import pytest

from dazzle_infra.errors import TemplateError
from dazzle_infra.rendering.tree import read_tree
from tests.support.trees import build_tree


@pytest.mark.parametrize("name", [".env", ".ENV", ".env."])
def test_the_file_of_secrets_is_no_name_for_a_template(tmp_path: Path, name: str) -> None:
    build_tree(tmp_path, {name: "TOKEN=1\n"})
    with pytest.raises(TemplateError, match="reserved for the user's secrets"):
        read_tree(tmp_path)


@pytest.mark.parametrize("name", ["dev.env", ".env.example", "services/.env"])
def test_other_files_of_variables_may_be_rendered(tmp_path: Path, name: str) -> None:
    assert set(read_tree(build_tree(tmp_path, {name: "A=1\n"}))) == {name}
