"""The CHANGELOG of a template, and its notes about upgrades."""

from __future__ import annotations

import re

import yaml
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from dazzle_infra.errors import TemplateError
from dazzle_infra.templates.git import isolated_environment, run_git
from dazzle_infra.templates.plain_yaml import read_yaml
from dazzle_infra.templates.source import Template, versions_of

__all__ = ["NOTES_FILE", "changelog_between", "changelog_lines", "crossed", "file_of", "notes_between", "sections"]

NOTES_FILE = "upgrade-notes.yml"
"""A file at the root of a template: a list of `versions` (a PEP 440 specifier, such as `>=1.2,<2`) and `note`."""

_SECTION = re.compile(r"^## \[(?P<name>[^]]+)](?: - (?P<date>\d{4}-\d\d-\d\d))?\s*$", re.MULTILINE)


def sections(changelog: str) -> dict[str, tuple[str | None, str]]:
    """Return the date and the text of each section of a Keep-a-Changelog file, by its name."""
    found = list(_SECTION.finditer(changelog))
    ends = [*(match.start() for match in found[1:]), len(changelog)][: len(found)]
    return {
        match["name"]: (match["date"], changelog[match.end() : end].strip())
        for match, end in zip(found, ends, strict=True)
    }


def crossed(template: Template, old: str) -> list[str]:
    """Return the versions of a template after `old` up to its own, oldest first; none for a downgrade."""
    try:
        low, high = Version(old), Version(template.version)
    except InvalidVersion:
        return []
    return [version for version in versions_of(template.repository) if low < Version(version) <= high]


def changelog_between(template: Template, old: str) -> dict[str, str]:
    """Return the section of the CHANGELOG for each version after `old` up to that of the template."""
    text = file_of(template, "CHANGELOG.md")
    known = sections(text) if text is not None else {}
    names = [(version, version.removeprefix("v")) for version in crossed(template, old)]
    return {version: known[name][1] for version, name in names if name in known}


def changelog_lines(text: str) -> list[str]:
    """Return the headings and the entries of a section, each joined to one line."""
    lines: list[str] = []
    starts = ("#", "- ", "* ", "> ", "|", "```")
    for line in text.splitlines():
        stripped = line.strip()
        follows = lines and lines[-1] and not lines[-1].startswith("#") and not stripped.startswith(starts)
        if stripped and follows:
            lines[-1] += f" {stripped}"
        else:
            lines.append(stripped)
    return [line.lstrip("# ") for line in lines if line]


def notes_between(template: Template, old: str) -> list[str]:
    """Return the notes whose ranges contain a version after `old` up to that of the template.

    A release of a fork, such as 2.1.0+acme.2, is in each range of its upstream release. If `old` has the same upstream
    release, its notes were printed before, and only ranges that name releases of the fork count.

    Raises:
        TemplateError: The file of the notes is invalid.
    """
    text = file_of(template, NOTES_FILE)
    if text is None:
        return []
    where = f"{NOTES_FILE} of {template.source} {template.version}"
    try:
        entries = [entry for document in read_yaml(text) for entry in document]
        if not all(isinstance(entry["versions"], str) for entry in entries):
            raise TypeError("versions is not a string")
        notes = [(SpecifierSet(entry["versions"]), str(entry["note"])) for entry in entries]
    except (yaml.YAMLError, InvalidSpecifier, KeyError, TypeError) as error:
        raise TemplateError(
            f"the {where} cannot be read", hint="write a list of `versions`, such as '>=1.2,<2', and `note`"
        ) from error
    versions = [Version(version) for version in crossed(template, old)]
    return [
        note.strip()
        for scope, note in notes
        if any(
            version in scope and (version.public != Version(old).public or "+" in str(scope)) for version in versions
        )
    ]


def file_of(template: Template, name: str) -> str | None:
    """Return the text of a file at the root of a template version, or None if there is no such file."""
    tag = template.revision
    environment = isolated_environment()
    listed = run_git("ls-tree", "--name-only", tag, "--", name, environment=environment, repository=template.repository)
    if not listed.strip():
        return None
    content = run_git("show", f"{tag}:{name}", environment=environment, repository=template.repository)
    return content.decode(errors="replace")
