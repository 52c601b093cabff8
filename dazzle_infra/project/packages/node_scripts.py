"""Scripts of package.json that an installation runs, and the files that they need."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Final

from dazzle_infra.errors import PackagesError
from dazzle_infra.project.packages.documents import Document
from dazzle_infra.project.packages.stage import Findings

__all__ = ["note_scripts"]

_RUN: Final = ("preinstall", "install", "postinstall", "preprepare", "prepare", "postprepare")
"""https://docs.npmjs.com/cli/using-npm/scripts: the scripts of `npm ci` and `npm install`."""

_SHELL: Final = frozenset(
    (
        *("[", "bash", "cd", "chmod", "cp", "echo", "env", "exit", "export", "false", "if", "ln", "mkdir", "mv"),
        *("node", "npm", "npx", "pnpm", "printf", "rm", "sed", "sh", "test", "then", "true", "yarn"),
    )
)
"""Programs of the base image."""

_RUNNERS: Final = {"npm", "pnpm", "yarn"}
_READ: Final[Mapping[str, tuple[str, ...]]] = {
    # https://github.com/ds300/patch-package: patches are in `patches`.
    "patch-package": ("patches",),
    # https://www.prisma.io/docs/orm/prisma-schema/overview/location: by default in `prisma`, or in the root.
    "prisma": ("prisma", "prisma.config.ts", "schema.prisma"),
    # https://nuxt.com/docs/api/commands/prepare and https://svelte.dev/docs/kit/cli: they read the configuration.
    "nuxt": ("nuxt.config.ts", "nuxt.config.js"),
    "svelte-kit": ("svelte.config.js", "vite.config.ts", "vite.config.js"),
    # https://orval.dev, https://the-guild.dev/graphql/codegen: the configuration in the root.
    "graphql-codegen": ("codegen.ts", "codegen.yml"),
}
"""Files of the project that a tool reads where its arguments name none."""


def note_scripts(findings: Findings, package: Document, folder: str) -> None:
    """Note what the scripts of an installation need.

    Args:
        findings: What was found so far.
        package: package.json.
        folder: Its folder, in which the scripts run.
    """
    scripts = {name: text for name, text in package.table("scripts").items() if isinstance(text, str)}
    installed = package.table("dependencies").keys() | package.table("optionalDependencies").keys()
    for name, words in _commands(scripts, _RUN, set()):
        _note_files(findings, words, folder, package, name)
        program = posixpath.basename(words[0])
        is_known = program in _SHELL or program in installed or "/" in words[0] or "=" in words[0]
        findings.needs_tools |= not is_known or (program == "npx" and not installed & set(words[1:2]))


def _commands(scripts: Mapping[str, str], names: tuple[str, ...], seen: set[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield the words of each command of the scripts, and of the scripts that they run."""
    for name in names:
        if name not in scripts or name in seen:
            continue
        seen.add(name)
        for command in re.split(r"&&|\|\||[;|&\n]", scripts[name]):
            try:
                words = shlex.split(command)
            except ValueError:
                words = command.split()
            words = [word for word in words if word]
            if not words:
                continue
            yield name, words
            if words[0] in _RUNNERS:
                yield from _commands(scripts, tuple(words[1:3]), seen)


def _note_files(findings: Findings, words: list[str], folder: str, package: Document, script: str) -> None:
    tree = findings.tree
    programs = [posixpath.basename(word) for word in words[:2]]
    read = [name for program in programs for name in _READ.get(program, ())]
    named = [word.partition("=")[2] or word for word in words]
    if "prisma" in programs and isinstance(package.table("prisma").get("schema"), str):
        read.append(package.table("prisma")["schema"])
    where = package.where("scripts", script)
    for word in (*read, *named):
        is_path = re.fullmatch(r"[\w@.][\w@./+ -]*", word) is not None and ".." not in word.split("/")
        path = posixpath.normpath(f"{folder}/{word}")
        if not is_path or path == folder or "node_modules" in path or not (tree.root / path).exists():
            continue
        try:
            path = tree.place(word, folder, where, "file")
            beside = posixpath.dirname(path) or "."
            if (tree.root / path).is_dir():
                findings.folder(path, where)
            elif beside != folder:
                # A script loads modules beside it.
                findings.folder(beside, where)
            else:
                findings.files.add(path)
        except PackagesError:
            # The word only looks like a path of the image, such as `--env-file=.env`.
            continue
