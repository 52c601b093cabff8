"""Loading a model with the dazzle-dsl of this interpreter."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from pathlib import Path

from dazzle_infra.appspec.distribution import MINIMUM, is_too_old
from dazzle_infra.appspec.json_file import parse_appspec
from dazzle_infra.appspec.messages import model_error, one_line
from dazzle_infra.appspec.model import AppSpec
from dazzle_infra.appspec.sources import Locator
from dazzle_infra.errors import AppSpecError, PreconditionError, Where

__all__ = ["load_in_process"]


def load_in_process(project: Path, version: str) -> AppSpec:
    """Parse, link and validate the model, as `dazzle build-api` does.

    Raises:
        PreconditionError: The installed dazzle-dsl is too old, or cannot be imported.
        AppSpecError: Dazzle rejects the model. The message is Dazzle's, with file and line if it names them.
    """
    if is_too_old(version):
        raise PreconditionError(
            f"dazzle-dsl {version} is too old",
            hint=f"install dazzle-dsl {MINIMUM} or newer, or pass an export with --appspec",
        )
    locate = Locator(project)
    # What Dazzle prints must not end up in a JSON document on standard output.
    with redirect_stdout(io.StringIO()):
        try:
            text = _export(project.resolve())
        except ImportError as error:
            raise PreconditionError(
                f"dazzle-dsl {version} cannot be imported: {one_line(str(error))}",
                hint="reinstall it, or pass an export with --appspec",
            ) from error
        except (Exception, SystemExit) as error:
            raise _explain(error, locate) from error
    return parse_appspec(text, name=f"the AppSpec of dazzle-dsl {version}", project=project)


def _export(project: Path) -> bytes:
    # Importing Dazzle takes half a second or more, so it is deferred until it is needed.
    from dazzle.core.appspec_loader import load_project_appspec
    from dazzle.core.errors import ValidationError
    from dazzle.core.lint import lint_appspec

    appspec = load_project_appspec(project)
    errors = lint_appspec(appspec)[0]
    if errors:
        raise ValidationError("\n".join(errors))
    exported: str = appspec.model_dump_json()
    return exported.encode("utf-8")


def _explain(error: BaseException, locate: Locator) -> AppSpecError:
    from dazzle.core.errors import DazzleError

    if isinstance(error, DazzleError):
        context = error.context
        if context is None:
            return model_error(error.message, locate=locate)
        return model_error(f"{context.file}:{context.line}:{context.column}\n{error.message}", locate=locate)
    return AppSpecError(
        f"Dazzle cannot read the model: {type(error).__name__}: {one_line(str(error))}",
        where=Where("dazzle.toml"),
        hint="run `dazzle validate` to see where",
    )
