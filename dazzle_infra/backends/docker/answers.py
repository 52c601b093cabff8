"""The answers of the Docker template."""

from __future__ import annotations

from typing import Literal

from dazzle_infra.backends.answers import Answers
from dazzle_infra.backends.docker.records import Binding, FixedVariable, Page, SecretReason, WritablePath
from dazzle_infra.backends.docker.runtime_answers import runtime_answers
from dazzle_infra.project.packages.declared import Dependencies
from dazzle_infra.project.runtimes import DEFAULT_RUNTIME
from dazzle_infra.project.stated_versions import DEFAULT_DAZZLE, DEFAULT_NODE, DEFAULT_PYTHON
from dazzle_infra.values.records import EntryPoint, Variable

__all__ = ["DockerAnswers"]

_DEFAULTS = runtime_answers(DEFAULT_RUNTIME)


class DockerAnswers(Answers):
    """What the Docker template asks; local development only.

    Attributes:
        app_name: Compose project name; lower-case letters, digits, `-` and `_` (Compose's own rule).
        app_title: The application's title, for people.
        image_name: Name of the image that is built, without a tag.
        directory: The rendered directory relative to the project, POSIX.
        project_root: The project relative to the rendered directory, POSIX (`../..`).
        runtime: The name of what runs the application.
        language: Its language.
        static_files: Whether the image serves built files, and runs no code of the application.
        entrypoint_script: Whether the image contains `entrypoint.sh`, which serves, migrates and checks Dazzle.
        reads_model: Whether the application reads dazzle.toml and the model when it runs.
        works_in_process: Whether its processes do the asynchronous work, so that a worker needs no command.
        python_version: `X.Y` of the base image, for a runtime of Python.
        node_version: Major version of the base image, for a runtime of Node.
        dependencies: Where the image's packages come from. Python: the project's `uv.lock`, its
            `requirements.txt`, Poetry's `poetry.lock`, its `pyproject.toml`, or a requirements file that the
            template makes. Node: the lock of npm, pnpm, Yarn 1 or Yarn 4, or package.json alone.
        package_manager: The Node package manager to install, `NAME@VERSION`; empty for npm.
        packages: Python packages that the runtime is started with and the project does not name, as
            requirements, sorted; none with Dazzle.
        imports: Python modules that the build imports to check the packages.
        dockerfile: The project's own Dockerfile relative to the project; empty for a rendered one.
        base_image: The image that is built on; empty for the official one of the language.
        build_context: The build context relative to the rendered directory, POSIX; empty for the project.
        project_path: The project's directory in the build context.
        package_files: Files that the package manager reads, relative to the build context; empty for the usual ones.
        package_folders: Directories of local packages, relative to the build context.
        editable_folders: Those of them that the installation links to.
        hashed_requirements: Whether requirements.txt contains hashes, so that added packages need their own command.
        install_path: The directory of the build context in which the Node package manager runs.
        install_commands: Shell commands that install all packages of Node; empty for the usual ones.
        runtime_install_commands: Those that install what the running application needs.
        build_system_packages: Debian packages that the installation needs, sorted.
        run_system_packages: Debian packages that the running application needs, sorted.
        build_secrets: Variables that package managers read during the build, sorted.
        build_command: What makes the application out of its sources, in exec form; empty for nothing.
        build_output: The folder that it fills, which is served as it is (static_files).
        develop_command: The development server of `web`, in exec form; empty for its command.
        migrate_command: Migrates the database, in exec form; empty for that of `entrypoint.sh`, or for none.
        dazzle_version: Version of dazzle-dsl in that made requirements file.
        dazzle_extras: Extras of dazzle-dsl in that made requirements file, sorted.
        copy_paths: Files and folders of the project that go into the image, sorted, POSIX.
        entry_points: What listens; the first is `web`.
        serve_command: The default command of the image, in exec form.
        database: Whether PostgreSQL runs.
        runs_migrations: Whether the database is migrated before the application starts.
        admin_command: Creates the first administrator, in exec form; empty for none.
        redis: Whether Redis runs: the cache, and the broker of asynchronous work.
        worker: Whether a worker runs.
        worker_command: Its command; empty for the application's own.
        scheduler: Whether a scheduler runs; only with a command of its own.
        scheduler_command: Its command.
        mail: Whether a mail catcher runs.
        storage: Whether an S3-compatible object store runs.
        storage_buckets: Variables that name a bucket, with the bucket's local name as value, sorted.
        storage_endpoints: Variables that hold the store's address, sorted.
        storage_regions: Variables that hold the store's region, sorted.
        webhooks: Whether other systems call the application.
        ledger: Whether the model has ledgers, which nothing here provides.
        variables: What else the application reads, sorted by name.
        secrets: Names of secrets that are made for development, sorted.
        secret_reasons: What requires each secret of the runtime.
        bindings: Variables that carry a value of the stack, sorted.
        environment: Variables that the stack sets to a fixed value.
        optional_variables: Settings of the runtime that `dev.env.example` suggests.
        writable_paths: Directories that the application writes to.
        pages: Pages of the application.
        webhook_path: The URL path below which other systems call it; empty if it is not known.
        health_host: The host that health checks send; empty if the application answers every host.
        tenant_domain: The domain below which tenants have hosts; empty if they have none.
        first_user_note: The sentence before that command.
        first_user_command: Creates the first user, in exec form; empty for none.
    """

    app_name: str = "app"
    app_title: str = "Application"
    image_name: str = "app"
    directory: str = "infra/docker"
    project_root: str = "../.."
    runtime: str = _DEFAULTS["runtime"]
    language: Literal["python", "node"] = _DEFAULTS["language"]
    static_files: bool = _DEFAULTS["static_files"]
    entrypoint_script: bool = _DEFAULTS["entrypoint_script"]
    reads_model: bool = _DEFAULTS["reads_model"]
    works_in_process: bool = _DEFAULTS["works_in_process"]
    python_version: str = DEFAULT_PYTHON
    node_version: str = DEFAULT_NODE
    dependencies: Dependencies = "generated"
    package_manager: str = ""
    packages: list[str] = []
    imports: list[str] = _DEFAULTS["imports"]
    dockerfile: str = ""
    base_image: str = ""
    build_context: str = ""
    project_path: str = "."
    package_files: list[str] = []
    package_folders: list[str] = []
    editable_folders: list[str] = []
    hashed_requirements: bool = False
    install_path: str = "."
    install_commands: list[str] = []
    runtime_install_commands: list[str] = []
    build_system_packages: list[str] = []
    run_system_packages: list[str] = []
    build_secrets: list[str] = []
    build_command: list[str] = []
    build_output: str = "dist"
    develop_command: list[str] = []
    migrate_command: list[str] = []
    dazzle_version: str = DEFAULT_DAZZLE
    dazzle_extras: list[str] = ["serve"]
    copy_paths: list[str] = ["dazzle.toml", "dsl"]
    entry_points: list[EntryPoint] = [EntryPoint(name="web")]
    serve_command: list[str] = _DEFAULTS["serve_command"]
    database: bool = True
    runs_migrations: bool = True
    admin_command: list[str] = []
    redis: bool = False
    worker: bool = False
    worker_command: list[str] = []
    scheduler: bool = False
    scheduler_command: list[str] = []
    mail: bool = False
    storage: bool = False
    storage_buckets: list[Variable] = []
    storage_endpoints: list[str] = []
    storage_regions: list[str] = []
    webhooks: bool = False
    ledger: bool = False
    variables: list[Variable] = []
    secrets: list[str] = ["DAZZLE_SECRET_KEY", "DAZZLE_SESSION_SECRET", "JWT_SECRET", "POSTGRES_PASSWORD"]
    secret_reasons: list[SecretReason] = _DEFAULTS["secret_reasons"]
    bindings: list[Binding] = _DEFAULTS["bindings"]
    environment: list[FixedVariable] = _DEFAULTS["environment"]
    optional_variables: list[Variable] = _DEFAULTS["optional_variables"]
    writable_paths: list[WritablePath] = _DEFAULTS["writable_paths"]
    pages: list[Page] = _DEFAULTS["pages"]
    webhook_path: str = _DEFAULTS["webhook_path"]
    first_user_note: str = _DEFAULTS["first_user_note"]
    first_user_command: list[str] = _DEFAULTS["first_user_command"]
    health_host: str = ""
    tenant_domain: str = ""
