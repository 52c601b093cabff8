"""How a pipeline deploys to the machines."""

from __future__ import annotations

from typing import Final

from dazzle_infra.backends.contributions import OPS_SCRIPTS, DeployTarget, TargetVariable
from dazzle_infra.backends.server.settings import ServerSettings

__all__ = ["server_target"]

_VARIABLES: Final = (
    TargetVariable("SSH_PRIVATE_KEY", "the key of the user that deploys, for this environment alone", secret=True),
    TargetVariable("SSH_KNOWN_HOSTS", "the keys of the machine and of its jump host, as `ssh-keyscan` prints them"),
)


def server_target(settings: ServerSettings) -> DeployTarget:
    """Return the scripts in `ops`, and the key and host keys that they need."""
    return DeployTarget(
        settings.output,
        settings.environments,
        dict(OPS_SCRIPTS),
        tools=("ssh",),
        login="ssh",
        variables=_VARIABLES,
    )
