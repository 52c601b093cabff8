"""Django, served by Gunicorn."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dazzle_infra.project.packages.declared import Declared, missing_packages, text_of
from dazzle_infra.project.runtimes.details import FirstUser, OptionalVariable
from dazzle_infra.project.runtimes.languages import PYTHON
from dazzle_infra.project.runtimes.record import Commands, RuntimeRecord
from dazzle_infra.project.runtimes.servers import KEEP_ALIVE_SECONDS
from dazzle_infra.project.task_queues.sources import Module, Sources
from dazzle_infra.requirements.model import Need

if TYPE_CHECKING:
    from dazzle_infra.appspec.model import AppSpec
    from dazzle_infra.requirements.facts import ProjectFacts
    from dazzle_infra.requirements.settings import Claim

__all__ = ["RUNTIME"]

# Versions that are known to start the application; the project's own dependency wins over them.
_DJANGO: Final = "django==5.2.19"
_GUNICORN: Final = "gunicorn==27.0.1"
_SETTINGS: Final = re.compile(r"""["']DJANGO_SETTINGS_MODULE["']\s*,\s*["']([A-Za-z_][\w.]*)["']""")


def _commands(project: Path, declared: Declared, port: int) -> Commands:
    settings = _SETTINGS.search(text_of(project / "manage.py"))
    target = f"{settings[1].split('.')[0] if settings else 'config'}.wsgi"
    module = _wsgi(project, target)
    address = f"0.0.0.0:{port}"
    return Commands(
        serve=(
            *("gunicorn", f"{module.name if module else target}:application", "--bind", address),
            *("--keep-alive", str(KEEP_ALIVE_SECONDS)),
            *(("--pythonpath", module.folder) if module and module.folder else ()),
        ),
        develop=("python", "manage.py", "runserver", address),
        migrate=("python", "manage.py", "migrate", "--noinput"),
        packages=missing_packages(declared, _DJANGO, _GUNICORN),
        problem="" if module else f"no WSGI application was found, and the command serves {target}:application",
    )


def _wsgi(project: Path, expected: str) -> Module | None:
    """Return the module with the WSGI application: beside the settings, else the first one."""
    for folder in ("", "src"):
        if (project / folder / f"{expected.replace('.', '/')}.py").is_file():
            return Module(expected, "", folder)
    return Sources(project).first(
        "get_wsgi_application", lambda one: one.instance("get_wsgi_application") == "application"
    )


def _variables(appspec: AppSpec, needs: Set[Need], facts: ProjectFacts) -> Iterable[Claim]:
    from dazzle_infra.requirements.evidence import found
    from dazzle_infra.requirements.settings import Claim

    # docs.djangoproject.com, "Settings": Django does not start without one.
    yield Claim("SECRET_KEY", found("runtime", "django", "signs sessions and tokens"), secret=True, origin="generated")


# docs.djangoproject.com, "django-admin and manage.py", createsuperuser: without input, it takes the fields from
# variables with this prefix, and refuses a name that is taken.
_CREATE_ADMIN = (
    'export DJANGO_SUPERUSER_USERNAME="${ADMIN_EMAIL:?}" DJANGO_SUPERUSER_EMAIL="$ADMIN_EMAIL" '
    'DJANGO_SUPERUSER_PASSWORD="${ADMIN_PASSWORD:?}"; '
    "out=$(python manage.py createsuperuser --noinput 2>&1) || "
    'case "$out" in *"already taken"*) ;; *) echo "$out" >&2; exit 1 ;; esac'
)

RUNTIME = RuntimeRecord(
    name="django",
    title="Django",
    language=PYTHON,
    package="django",
    commands=_commands,
    paths=PYTHON.paths,
    placeholder="manage.py",
    variables=_variables,
    imports=("django",),
    optional_variables=(
        OptionalVariable(
            "DJANGO_SETTINGS_MODULE", "", "Django settings module; by default the one that manage.py sets."
        ),
    ),
    secret_reasons={"SECRET_KEY": "Django, to sign data"},
    first_user=FirstUser(("python", "manage.py", "createsuperuser"), "Create a first user of the admin pages:"),
    admin_command=("sh", "-c", _CREATE_ADMIN),
    test_command=("python", "manage.py", "test"),
)
