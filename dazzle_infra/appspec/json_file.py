"""Reading an AppSpec from a JSON file, plain or gzipped, or from standard input.

The text has at most 100 MiB, compressed and uncompressed, and is UTF-8, with or without a byte order mark.
"""

from __future__ import annotations

import io
import json
import os
import sys
import zlib
from gzip import BadGzipFile, GzipFile
from pathlib import Path
from typing import BinaryIO

from dazzle_infra.appspec.document import EXPORT_HINT, read_document
from dazzle_infra.appspec.model import AppSpec
from dazzle_infra.appspec.references import may_refer
from dazzle_infra.appspec.sources import Locator
from dazzle_infra.errors import AppSpecError, Where

__all__ = ["LIMIT", "parse_appspec", "read_file", "read_stdin"]

LIMIT = 100 * 1024 * 1024
"""The largest size of a text, in bytes."""

_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"


def read_file(path: Path, name: str) -> bytes:
    """Return the content of a file, uncompressed.

    Args:
        path: The file. Its content determines whether it is gzipped.
        name: Name of the file in errors.

    Raises:
        OSError: The file cannot be read.
        AppSpecError: The file is too large, or an invalid archive.
    """
    with path.open("rb") as stream:
        if os.fstat(stream.fileno()).st_size > LIMIT:
            raise _too_large(name)
        return _read(stream, name)


def read_stdin(name: str = "standard input") -> bytes:
    """Return the content of standard input, uncompressed.

    Raises:
        AppSpecError: It is too large, or an invalid archive.
    """
    return _read(sys.stdin.buffer, name)


def _read(stream: BinaryIO, name: str) -> bytes:
    data = _within_limit(stream, name)
    if not data.startswith(_GZIP):
        return data
    try:
        # One byte more than the limit is read at most, so that a decompression bomb cannot fill the memory.
        with GzipFile(fileobj=io.BytesIO(data)) as archive:
            return _within_limit(archive, name)
    except (BadGzipFile, EOFError, zlib.error) as error:
        raise AppSpecError(
            f"the gzip archive is invalid or truncated: {error}", where=Where(name), hint=EXPORT_HINT
        ) from None


def _within_limit(stream: BinaryIO | GzipFile, name: str) -> bytes:
    data = stream.read(LIMIT + 1)
    if len(data) > LIMIT:
        raise _too_large(name)
    return data


def _too_large(name: str) -> AppSpecError:
    return AppSpecError(
        f"the AppSpec is larger than the limit of {LIMIT // 1024**2} MB",
        where=Where(name),
        hint="check that this is the intended file",
    )


def parse_appspec(text: bytes, *, name: str, project: Path) -> AppSpec:
    """Parse a JSON text and return the typed view.

    Raises:
        AppSpecError: The text is not JSON, not UTF-8, too deeply nested, or not an AppSpec.
    """
    try:
        document = json.loads(text.removeprefix(_BOM).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise AppSpecError(
            f"the AppSpec is not UTF-8: byte {error.start + 1} is invalid",
            where=Where(name),
            hint="Dazzle writes UTF-8; a shell redirection may have changed the encoding",
        ) from None
    except json.JSONDecodeError as error:
        cut = error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated string")
        what = "the JSON is truncated" if cut and error.doc.strip() else "this is not JSON"
        raise AppSpecError(
            f"{what}: {error.msg}, column {error.colno}", where=Where(name, error.lineno), hint=EXPORT_HINT
        ) from None
    except RecursionError:
        raise AppSpecError("the JSON is nested too deep", where=Where(name), hint=EXPORT_HINT) from None
    except ValueError as error:
        # Python does not convert numbers of thousands of digits.
        raise AppSpecError(f"the JSON cannot be read: {error}", where=Where(name), hint=EXPORT_HINT) from None
    return read_document(document, name=name, locate=Locator(project), may_refer=may_refer(text))
