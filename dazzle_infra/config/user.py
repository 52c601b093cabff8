"""The user's configuration file: `config.toml` in the user's configuration folder.

Its keys are named as in dazzle.toml: `[infra] templates`, `[infra.docker] template`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from dazzle_infra.config.layers import Layer, anchored, unknown_keys
from dazzle_infra.config.tables import config_model, flat
from dazzle_infra.errors import DazzleInfraError, PreconditionError, Where
from dazzle_infra.project.manifest import BackendTables
from dazzle_infra.project.manifest.document import MAXIMUM_BYTES, Document, parse_document
from dazzle_infra.project.manifest.problem import Problem
from dazzle_infra.project.manifest.problems import manifest_error, problems_of
from dazzle_infra.values.words import nearest

__all__ = ["layer_of_user", "user_file"]


def user_file() -> Path | None:
    """Return the path of the file, which need not exist; None if there is no home folder.

    `XDG_CONFIG_HOME` is respected on macOS too.
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
    """Return whether the file exists. A folder that the user may not search counts as missing."""
    try:
        return path.is_file()
    except PermissionError:
        return False


def layer_of_user(tables: BackendTables) -> Layer:
    """Return the layer of the file; an empty layer if there is no file.

    Args:
        tables: The tables that the backends bring.

    Raises:
        ManifestError: The file is not TOML, or has an invalid key or value.
        PreconditionError: The file cannot be read.
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
        return _layer(parse_document(content, str(path)), path.parent, tables)
    except DazzleInfraError as error:
        error.code = "configuration"
        raise


def _layer(document: Document, folder: Path, tables: BackendTables) -> Layer:
    model = config_model(tables.names)
    known = [field.alias or name for name, field in model.model_fields.items()]
    problems = [_unknown(key, known) for key in document.data if key != "infra"]
    infra = document.data.get("infra", {})
    if isinstance(infra, dict):
        problems += unknown_keys(infra, model, ("infra",), tables)
    if problems:
        raise manifest_error(problems, document)
    try:
        values = flat(model.model_validate(infra))
    except ValidationError as error:
        raise manifest_error(problems_of(error, ("infra",), tables), document) from None
    places = {key: document.where(("infra", *key.split("."))) for key in values}
    return Layer("user", anchored(values, folder), places)


def _unknown(key: str, known: Sequence[str]) -> Problem:
    near = nearest(key, known)
    guess = f"; did you mean {key} below [infra]?" if near == key else ""
    return Problem(
        (key,), f" is not a table of this file{guess}", "the keys are below [infra], as in dazzle.toml", table=True
    )
