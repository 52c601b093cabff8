"""The configuration file of a person or an organisation: `config.toml` in the user's configuration folder.

Its keys are written as those of dazzle.toml: `[infra] templates`, `[infra.docker] template`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from pydantic import ValidationError

from dazzle_infra.config.layers import Layer, anchored, unknown_keys
from dazzle_infra.config.tables import ConfigTable, flat
from dazzle_infra.errors import DazzleInfraError, PreconditionError, Where
from dazzle_infra.manifest.document import MAXIMUM_BYTES, Document, parse_document
from dazzle_infra.manifest.problems import Problem, manifest_error, problems_of
from dazzle_infra.manifest.words import nearest

__all__ = ["layer_of_user", "user_file"]


def user_file() -> Path | None:
    """Return where the file is, or would be; None where there is no home folder.

    `XDG_CONFIG_HOME` is respected on macOS too, where people who set it mean it.
    """
    named = os.environ.get("XDG_CONFIG_HOME")
    if named and sys.platform == "darwin":
        return Path(named) / "dazzle-infra" / "config.toml"
    import platformdirs

    try:
        return platformdirs.user_config_path("dazzle-infra") / "config.toml"
    except RuntimeError:
        return None


def _is_there(path: Path) -> bool:
    """Say whether there is such a file; a home that cannot be looked into is as good as none."""
    try:
        return path.is_file()
    except PermissionError:
        return False


def layer_of_user() -> Layer:
    """Return what the file says; nothing where there is none.

    Raises:
        ManifestError: It is no TOML, or says something that cannot be.
        PreconditionError: It cannot be read.
    """
    path = user_file()
    try:
        if path is None or not _is_there(path):
            return Layer("user")
        with path.open("rb") as stream:
            content = stream.read(MAXIMUM_BYTES + 1)
    except OSError as error:
        raise PreconditionError(
            f"{path} cannot be read: {error.strerror}",
            where=Where(str(path)),
            code="configuration",
            hint="make the file readable, or remove it",
        ) from error
    try:
        return _layer(parse_document(content, str(path)), path.parent)
    except DazzleInfraError as error:
        error.code = "configuration"
        raise


def _layer(document: Document, folder: Path) -> Layer:
    problems = [_stranger(key) for key in document.data if key != "infra"]
    infra = document.data.get("infra", {})
    if isinstance(infra, dict):
        problems += unknown_keys(infra, ConfigTable, ("infra",))
    if problems:
        raise manifest_error(problems, document)
    try:
        values = flat(ConfigTable.model_validate(infra))
    except ValidationError as error:
        raise manifest_error(problems_of(error, ("infra",)), document) from None
    places = {key: document.where(("infra", *key.split("."))) for key in values}
    return Layer("user", anchored(values, folder), places)


def _stranger(key: str) -> Problem:
    near = nearest(key, ConfigTable.model_fields)
    guess = f"; did you mean {key} below [infra]?" if near == key else ""
    return Problem((key,), f" is not known here{guess}", "the keys are below [infra], as in dazzle.toml", table=True)
