"""The attacks again, without a command each: one process that renders takes them all, so that they run in seconds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dazzle_infra.rendering.pool import RenderJob, Workers, render_all
from dazzle_infra.templates import resolve_template
from dazzle_infra.templates.fields import fields_of
from dazzle_infra.values.trees import Tree
from tests.support.hostile import Content, hostile_template

__all__ = ["MOST", "SECRET", "Attacks"]

SECRET = "canary-5f3a"
MOST = 100
"""The files of one render here: 5,000, the product's own limit, would take Copier most of the time of all attacks."""


class Attacks:
    """A folder with a canary, and the process that renders hostile templates beside it."""

    def __init__(self, folder: Path, workers: Workers) -> None:
        self._folder = folder
        self._workers = workers
        self._count = 0
        self.canary, self.marker = folder / "canary.yml", folder / "marker"
        self.canary.write_text(f"secret: {SECRET}\n")

    def filled(self, text: str) -> str:
        """Put the paths of the canary, of the marker and of the folder into a text."""
        words = {"{canary}": self.canary, "{marker}": self.marker, "{folder}": self._folder, "{files}": MOST + 1}
        for word, meaning in words.items():
            text = text.replace(word, str(meaning))
        return text

    def render(self, files: Mapping[str, Content]) -> Tree:
        """Check and render a template, as a command does.

        Raises:
            DazzleInfraError: It was refused.
        """
        self._count += 1
        entries = {
            self.filled(name): self.filled(content) if isinstance(content, str) else content
            for name, content in files.items()
        }
        repository = hostile_template(self._folder / f"template-{self._count}", entries)
        found = resolve_template("docker", str(repository), None, None)
        fields_of(found)
        [[tree]] = render_all([[RenderJob(found)]], self._workers)
        return tree

    def has_harmed(self) -> bool:
        """Return whether something was written outside of the folder of the process that renders."""
        expected = {"canary.yml", *(f"template-{number}" for number in range(1, self._count + 1))}
        is_changed = self.canary.read_text() != f"secret: {SECRET}\n"
        return is_changed or {path.name for path in self._folder.iterdir()} - expected != set()
