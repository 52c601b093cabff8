"""What a person should know of the environments before they are set up."""

from __future__ import annotations

from collections.abc import Iterator

from dazzle_infra.backends.server.answers import ServerAnswers, ServerEnvironment
from dazzle_infra.workload.model import Workload

__all__ = ["server_remarks"]


def server_remarks(answers: ServerAnswers, workload: Workload) -> list[str]:
    """Return what is missing before an environment can be set up, or what is lost without it, each as a sentence."""
    return [remark for one in answers.environments for remark in _of_environment(one, answers, workload)]


def _of_environment(one: ServerEnvironment, answers: ServerAnswers, workload: Workload) -> Iterator[str]:
    table = f"[infra.server.env.{one.name}]"
    if not one.domain:
        yield f"{one.name} has no domain name and gets no certificate: set domain_name in {table}"
    if not one.host:
        yield f"{one.name} has no host and cannot be deployed: set host in {table}"
    if not one.backup_repository and _holds_data(workload):
        yield f"{one.name} has no backup apart from its machine: set backup in {table} to a restic repository"
    if answers.monitoring and not (one.alert_email or one.alert_webhook):
        yield f"nobody receives the alerts of {one.name}: set alert_email or alert_webhook in {table}"


def _holds_data(workload: Workload) -> bool:
    return any(one.engine == "postgresql" for one in workload.stores) or any(
        one.persistent for one in workload.writable_paths
    )
