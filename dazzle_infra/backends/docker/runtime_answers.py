"""The answers of the Docker template that follow from the runtime alone, or from its commands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dazzle_infra.backends.docker.records import Binding, FixedVariable, Page, SecretReason, WritablePath
from dazzle_infra.project.runtimes.record import RuntimeRecord
from dazzle_infra.values.records import Variable

__all__ = ["runtime_answers"]


def runtime_answers(runtime: RuntimeRecord, web_command: Sequence[str] = ()) -> dict[str, Any]:
    """Return the answers to the questions about a runtime.

    Args:
        runtime: What runs the application.
        web_command: The command of `web`; empty for that of the image.
    """
    user = runtime.first_user
    return {
        "runtime": runtime.name,
        "language": runtime.language.name,
        "static_files": runtime.serves_static_files,
        "entrypoint_script": runtime.has_image_commands,
        "reads_model": runtime.reads_model,
        "works_in_process": runtime.works_in_process,
        "imports": list(runtime.imports),
        "serve_command": ["serve"] if runtime.has_image_commands else list(web_command),
        "secret_reasons": [SecretReason(name=name, because=why) for name, why in runtime.secret_reasons.items()],
        "bindings": [Binding(variable=one.variable, role=one.role) for one in runtime.bindings],
        "environment": [
            FixedVariable(name=one.name, value=one.value, purpose=one.purpose, because=one.because)
            for one in runtime.fixed_variables
        ],
        "optional_variables": [
            Variable(name=one.name, value=one.value, because=one.because)
            for one in runtime.optional_variables
            if one.program in ("", *web_command[:1])
        ],
        "writable_paths": [WritablePath(path=one.path, content=one.content) for one in runtime.data_folders],
        "pages": [Page(title=one.title, path=one.path) for one in runtime.pages],
        "webhook_path": runtime.webhook_path,
        "first_user_note": user.note if user else "",
        "first_user_command": list(user.command) if user else [],
    }
