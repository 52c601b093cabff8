"""The fields of answers that a template version knows.

New versions of dazzle-infra add fields to answers, and a released template version does not change. Therefore each
release has a file `answer-fields.yml` with the fields that it knows, and gets no others.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dazzle_infra.errors import TemplateError
from dazzle_infra.templates.contents import FIELDS_FILE, file_of
from dazzle_infra.templates.embedded import SCHEME, TEMPLATE_NAMES, embedded_repository, embedded_url
from dazzle_infra.templates.fitting import is_tree
from dazzle_infra.templates.git import isolated_environment, run_git
from dazzle_infra.templates.memory import remembering
from dazzle_infra.templates.plain_yaml import read_yaml
from dazzle_infra.templates.source import Template, commit_of, resolve_template, versions_of

__all__ = ["FIELDS_FILE", "fields_of", "releases_of", "text_of"]

_BUNDLES = Path(__file__).parent / "bundles"
_HEADING = """\
# The fields of the answers that this version of the template knows; dazzle-infra gives it no others. A text names the
# accepted types or values, a list holds what each of its entries is. `make release-template` writes this file.
"""


@cache
def fields_of(template: Template) -> Mapping[str, Any] | None:
    """Return the tree of the fields that a version knows, or None if it is not known.

    The source is the version's own `answer-fields.yml`; for releases before that file a copy in this package; and for a
    fork without the file that of the newest upstream release in its history.

    Raises:
        TemplateError: The file is not a tree of fields.
    """
    text = file_of(template, FIELDS_FILE)
    if text is None and template.url.startswith(SCHEME):
        kept = _BUNDLES / template.name / f"{template.version}.{FIELDS_FILE}"
        text = kept.read_bytes() if kept.is_file() else None
    elif text is None:
        base = _upstream_base(template)
        return fields_of(base) if base is not None else None
    return None if text is None else _read(text, template)


def text_of(tree: Mapping[str, Any]) -> str:
    """Return the text of the file that holds a tree."""
    return _HEADING + yaml.safe_dump(dict(tree), sort_keys=False, width=120)


@cache
def releases_of(name: str) -> dict[str, Template]:
    """Return the releases of an embedded template by their commits, oldest first."""
    url = embedded_url(name)
    with remembering():
        versions = versions_of(embedded_repository(name))
        return {commit_of(one): one for one in [resolve_template(name, url, version, None) for version in versions]}


def _upstream_base(template: Template) -> Template | None:
    """Return the newest upstream release in the history of a fork, or None if there is none."""
    if template.name not in TEMPLATE_NAMES:
        return None
    environment = isolated_environment()
    printed = run_git("rev-list", commit_of(template), environment=environment, repository=template.repository)
    history = set(printed.decode().split())
    ancestors = [release for commit, release in releases_of(template.name).items() if commit in history]
    return ancestors[-1] if ancestors else None


def _read(text: bytes, template: Template) -> dict[str, Any]:
    try:
        [tree] = read_yaml(text)
    except (yaml.YAMLError, ValueError):
        tree = None
    if not isinstance(tree, dict) or not is_tree(tree):
        raise TemplateError(
            f"the {FIELDS_FILE} of {template.url} {template.version} is not a tree of fields",
            code="template_fields",
            hint="restore the file of the upstream release, or ask the owner of the template to do so",
        )
    return tree
