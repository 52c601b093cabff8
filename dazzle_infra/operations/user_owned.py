"""Files of people at a place that backends share: a template renders them where they are missing."""

from __future__ import annotations

from pathlib import Path

from dazzle_infra.templates import Template
from dazzle_infra.templates.user_owned import is_owned, owned_patterns
from dazzle_infra.transaction import Write, check_place
from dazzle_infra.values.placement import Place
from dazzle_infra.values.trees import Tree

__all__ = ["writes_of"]


def writes_of(root: Path, place: Place, template: Template | None, tree: Tree) -> list[Write]:
    """Return what is written of a rendered tree, without the files that belong to people and are there already.

    Only a shared place has such files before the first generation: several applications of a repository share them.

    Args:
        root: The folder that the place is relative to.
        place: Where the backend's files are.
        template: The template that rendered the tree; None where nothing was rendered.
        tree: The rendered files.
    """
    patterns = owned_patterns(template) if template is not None and place.is_shared else ()
    paths = {path: place.at(path) for path in tree}
    present = {path for path, name in paths.items() if is_owned(path, patterns) and check_place(root, name).is_file()}
    return [Write(paths[path], file) for path, file in tree.items() if path not in present]
