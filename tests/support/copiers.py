"""Copier for a template, where a test's own `copier` does not reach: in what is rendered once for many tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_copier.plugin import CopierFixture

from dazzle_infra.backends.answers import Answers


def copier_of(template: Path) -> CopierFixture:
    """Return what renders the template, without answers of its own."""
    # Copying and updating patch nothing, so that there is nothing to undo.
    return CopierFixture(template=template, defaults={}, monkeypatch=pytest.MonkeyPatch())


def render(copier: CopierFixture, directory: Path, answers: Answers) -> Path:
    """Render a template with answers, and return the folder."""
    return copier.copy(directory, **answers.model_dump(mode="json")).path
