"""Errors for failed renders: faults of the template, of an answer, of the machine, or of dazzle-infra."""

from __future__ import annotations

import platform

from dazzle_infra.errors import TemplateError
from dazzle_infra.templates import SCHEME, Template

__all__ = ["render_error"]

_HINTS = {
    "answer": "change the source of the answer in dazzle.toml or the model, or use another release of the template",
    "died": "run the command again; if the error persists, report it with the output of --debug",
    "disk": "free some space for temporary files in $TMPDIR, or in /tmp where it is not set",
    "git": "run the command again; if the error persists, remove the cache folder of dazzle-infra",
    "internal": "report it with the output of the same command with --debug",
    "limit": "the template may contain an endless loop; report it to its owner",
    "template": "report the error to the template's owner",
    "text": "remove the character from the model, dazzle.toml or the project's package.json or pyproject.toml",
    "unsafe": "use a trusted template; the embedded templates need no such access",
}
_EMBEDDED_LIMIT = "run the command again when the machine has more free memory and processor time"


class _RendererError(Exception):
    """The traceback of the process that rendered, which `--debug` prints."""


def render_error(template: Template, kind: str, message: str, trace: str | None = None) -> TemplateError:
    """Return the error for a failed render.

    A failure of an embedded template is an internal error of dazzle-infra with this Python and these libraries, because
    the template was tested.

    Args:
        template: The template that was rendered.
        kind: The kind of the failure, a key of `_HINTS`.
        message: The failure, on one line.
        trace: The traceback of the worker process, if there is one.
    """
    is_embedded = template.url.startswith(SCHEME)
    if kind == "internal" or (is_embedded and kind in {"template", "unsafe"}):
        name = f"the embedded template {template.name}" if is_embedded else template.source
        libraries = ", ".join(f"{title} {_version(package)}" for title, package in _LIBRARIES.items())
        error = TemplateError(
            f"internal error of dazzle-infra: {name} {template.version} cannot be rendered: {message.rstrip('.')} "
            f"(Python {platform.python_version()}, {libraries})",
            code="internal",
            hint=_HINTS["internal"],
        )
    else:
        error = TemplateError(
            f"{template.source} {template.version} cannot be rendered: {message.rstrip(';. ')}",
            code=f"template_{kind}",
            hint=_EMBEDDED_LIMIT if is_embedded and kind == "limit" else _HINTS[kind],
        )
    if trace:
        error.__cause__ = _RendererError(trace)
    return error


_LIBRARIES = {"Copier": "copier", "Jinja": "jinja2"}


def _version(package: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
