"""What `[infra.docker]` states of the image: packages of Debian, and secrets of the build."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator

from dazzle_infra.project.manifest.tables import Table, distinct
from dazzle_infra.values.packages import DebianPackage

__all__ = ["SystemPackages"]

_Packages = Annotated[tuple[DebianPackage, ...], BeforeValidator(distinct)]


class SystemPackages(Table):
    """Debian packages of the image.

    Attributes:
        build: Packages for the build, such as compilers and headers; they are not in the image.
        run: Packages that the running application needs.
    """

    build: _Packages = ()
    run: _Packages = ()
