"""Registries of images: which of them AWS can pull from without credentials.

The modules of the Terraform template contain the same patterns, in `modules/app/registry.tf`.
"""

from __future__ import annotations

import re
from typing import Final, Literal

__all__ = ["RegistryAccess", "is_private_by_default"]

RegistryAccess = Literal["auto", "public", "credentials"]
"""How tasks pull the image.

`auto`: with the role of the tasks from ECR, without credentials from other registries. `public`: without credentials,
because everybody can pull the image. `credentials`: with the user name and password in a secret.
"""

_PRIVATE: Final = re.compile(
    r"(?:ghcr\.io|registry\.gitlab\.com|quay\.io|[a-z0-9-]+\.azurecr\.(?:io|us|cn)|[a-z0-9-]+-docker\.pkg\.dev)/"
)


def is_private_by_default(image: str) -> bool:
    """Return whether only authenticated users can pull an image, unless its owner publishes it.

    Sources: GitHub Docs, "Configuring a package's access control and visibility"; GitLab Docs, "Container registry
    visibility permissions"; Quay.io documentation, "Creating a repository"; Azure Container Registry documentation,
    "Make your container registry content publicly available"; Artifact Registry documentation, "Configure access
    control". Images of the Docker Hub can be of both kinds, and those of ECR are pulled with a role.

    Args:
        image: The image with its registry.
    """
    return _PRIVATE.match(image) is not None
