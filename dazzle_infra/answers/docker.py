"""The answers of the Docker template."""

from __future__ import annotations

from dazzle_infra.answers._base import Answers, EntryPoint, Variable
from dazzle_infra.answers.project import Dependencies
from dazzle_infra.answers.runtimes import RuntimeName

__all__ = ["DockerAnswers"]


class DockerAnswers(Answers):
    """What the Docker template asks; local development only.

    Attributes:
        app_name: Compose project name; lower-case letters, digits, `-` and `_` (Compose's own rule).
        app_title: The application's title, for people.
        image_name: Name of the image that is built, without a tag.
        directory: The rendered directory relative to the project, POSIX.
        project_root: The project relative to the rendered directory, POSIX (`../..`).
        runtime: What runs the application.
        python_version: `X.Y` of the base image, for a runtime of Python.
        node_version: Major version of the base image, for a runtime of Node.
        dependencies: Where the image's packages come from. Python: the project's `uv.lock`, its
            `requirements.txt`, Poetry's `poetry.lock`, its `pyproject.toml`, or a requirements file that the
            template makes. Node: the lock of npm, pnpm, Yarn 1 or Yarn 4, or package.json alone.
        package_manager: The Node package manager to install, `NAME@VERSION`; empty for npm.
        packages: Python packages that the runtime is started with and the project does not name, as
            requirements, sorted; none with Dazzle.
        build_command: What makes the application out of its sources, in exec form; empty for nothing.
        build_output: The folder that it fills, which is served as it is (runtime react).
        develop_command: The development server of `web`, in exec form; empty for its command.
        migrate_command: What brings the database to the application, in exec form; empty for Dazzle's own, and
            for nothing with another runtime.
        dazzle_version: Version of dazzle-dsl in that made requirements file.
        dazzle_extras: Extras of dazzle-dsl in that made requirements file, sorted.
        copy_paths: Files and folders of the project that go into the image, sorted, POSIX.
        entry_points: What listens; the first is `web`.
        database: Whether PostgreSQL runs.
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
    """

    app_name: str = "app"
    app_title: str = "Application"
    image_name: str = "app"
    directory: str = "infra/docker"
    project_root: str = "../.."
    runtime: RuntimeName = "dazzle"
    python_version: str = "3.12"
    node_version: str = "24"
    dependencies: Dependencies = "generated"
    package_manager: str = ""
    packages: list[str] = []
    build_command: list[str] = []
    build_output: str = "dist"
    develop_command: list[str] = []
    migrate_command: list[str] = []
    dazzle_version: str = "0.125.0"
    dazzle_extras: list[str] = ["serve"]
    copy_paths: list[str] = ["dazzle.toml", "dsl"]
    entry_points: list[EntryPoint] = [EntryPoint(name="web")]
    database: bool = True
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
