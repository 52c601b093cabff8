"""Backends are known in their own folders: the rest of the package iterates over the registry."""

from __future__ import annotations

import tokenize
from collections.abc import Iterator
from pathlib import Path

from dazzle_infra.backends import backends
from dazzle_infra.backends.names import BUILT_IN
from dazzle_infra.templates import TEMPLATE_NAMES

PACKAGE = Path(__file__).parent.parent / "dazzle_infra"
QUOTED = {f"{quote}{one.name}{quote}" for one in BUILT_IN for quote in "'\""}

OTHER_MEANINGS = {
    "backends/contributions.py",
    "project/runtimes/fastapi.py",
    "project/runtimes/languages.py",
    "workload/bindings.py",
}
"""Files that contain the word `server` for a program that serves HTTP, or for a module of an application, or the word
`terraform` for the program."""


def naming_files() -> Iterator[str]:
    """Yield the files outside the folders of the backends whose code contains the quoted name of a backend."""
    folders = [PACKAGE / "backends" / one.name for one in BUILT_IN]
    for path in sorted(PACKAGE.rglob("*.py")):
        if not any(path.is_relative_to(folder) for folder in folders):
            with path.open("rb") as stream:
                if any(token.string in QUOTED for token in tokenize.tokenize(stream.readline)):
                    yield path.relative_to(PACKAGE).as_posix()


def test_only_the_folder_of_a_backend_contains_its_name() -> None:
    assert set(naming_files()) <= OTHER_MEANINGS


def test_the_list_of_the_package_and_the_classes_state_the_same() -> None:
    assert [(one.name, one.summary) for one in BUILT_IN] == [(one.name, one.summary) for one in backends()]
    assert sorted(one.template for one in backends()) == sorted(TEMPLATE_NAMES)
