"""Debian packages that packages of Python and Node require: at build time where they compile, and at run time.

The names are those of Debian 12 and 13, on which the official images of Python and Node are based. The slim variants
contain no compiler, no headers and no git.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

__all__ = ["NODE", "PYTHON", "VERSION_CONTROL", "SystemPackages"]

_C: Final = ("gcc", "libc6-dev")


@dataclass(frozen=True)
class SystemPackages:
    """What a package requires.

    Attributes:
        build: For the build; nothing where a wheel is installed.
        run: At run time.
        has_wheels: Whether the registry has wheels for Linux that contain the libraries, so that nothing is required
            unless the project asks for a build from source.
    """

    build: tuple[str, ...] = ()
    run: tuple[str, ...] = ()
    has_wheels: bool = False


PYTHON: Final[Mapping[str, SystemPackages]] = {
    # https://www.psycopg.org/docs/install.html#build-prerequisites: a C compiler, Python's and libpq's headers.
    "psycopg2": SystemPackages((*_C, "libpq-dev"), ("libpq5",)),
    "psycopg2-binary": SystemPackages((*_C, "libpq-dev"), ("libpq5",), has_wheels=True),
    # https://www.psycopg.org/psycopg3/docs/basic/install.html: the pure Python package requires libpq at run time,
    # the extra `c` is built, the extra `binary` contains the library.
    "psycopg": SystemPackages((), ("libpq5",)),
    "psycopg-c": SystemPackages((*_C, "libpq-dev"), ("libpq5",)),
    # https://pypi.org/project/mysqlclient: "sudo apt-get install python3-dev default-libmysqlclient-dev
    # build-essential pkg-config"; wheels are for Windows only.
    "mysqlclient": SystemPackages((*_C, "default-libmysqlclient-dev", "pkg-config"), ("libmariadb3",)),
    # https://lxml.de/installation.html#requirements: libxml2 2.9.2 and libxslt 1.1.27 or later, with headers.
    "lxml": SystemPackages((*_C, "libxml2-dev", "libxslt1-dev"), ("libxml2", "libxslt1.1"), has_wheels=True),
    # https://pillow.readthedocs.io/en/stable/installation/building-from-source.html: zlib and libjpeg are required.
    "pillow": SystemPackages(
        (*_C, "libjpeg62-turbo-dev", "zlib1g-dev"), ("libjpeg62-turbo", "zlib1g"), has_wheels=True
    ),
    # https://www.python-ldap.org/en/latest/installing.html#debian: "apt-get install build-essential ldap-utils
    # libldap2-dev libsasl2-dev"; the development packages bring the libraries in each release of Debian.
    "python-ldap": SystemPackages((*_C, "libldap2-dev", "libsasl2-dev"), ("libldap2-dev", "libsasl2-2")),
    # https://uwsgi-docs.readthedocs.io/en/latest/Install.html: a C compiler; PyPI has the source only.
    "uwsgi": SystemPackages(_C),
    # https://pygraphviz.github.io/documentation/stable/install.html: "apt-get install graphviz graphviz-dev".
    "pygraphviz": SystemPackages((*_C, "libgraphviz-dev", "pkg-config"), ("graphviz",)),
    # https://pycairo.readthedocs.io/en/latest/getting_started.html: "apt install libcairo2-dev pkg-config python3-dev".
    "pycairo": SystemPackages((*_C, "libcairo2-dev", "pkg-config"), ("libcairo2",)),
    # https://doc.courtbouillon.org/weasyprint/stable/first_steps.html#debian-11: these two with a wheel.
    "weasyprint": SystemPackages((), ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")),
    # https://pypi.org/project/python-magic: "sudo apt-get install libmagic1".
    "python-magic": SystemPackages((), ("libmagic1",)),
    # https://pypi.org/project/pdf2image: "you will have to install poppler-utils".
    "pdf2image": SystemPackages((), ("poppler-utils",)),
    # https://pypi.org/project/pytesseract: the command `tesseract` must be on PATH.
    "pytesseract": SystemPackages((), ("tesseract-ocr",)),
    # https://cairosvg.org/documentation: requires the library cairo.
    "cairosvg": SystemPackages((), ("libcairo2",)),
}
"""By the normalised name on PyPI."""

NODE: Final[Mapping[str, SystemPackages]] = {
    # https://www.prisma.io/docs/orm/reference/system-requirements: OpenSSL must be installed on Linux.
    "prisma": SystemPackages(("openssl",), ("openssl",)),
    "@prisma/client": SystemPackages(("openssl",), ("openssl",)),
    # https://node-postgres.com/features/native: "the native bindings require libpq", built by node-gyp.
    "pg-native": SystemPackages(("g++", "libpq-dev", "make", "python3"), ("libpq5",)),
    # https://github.com/nodejs/node-gyp#on-unix: Python, make and a C++ compiler.
    "node-gyp": SystemPackages(("g++", "make", "python3")),
    "cpu-features": SystemPackages(("g++", "make", "python3")),
}
"""By the name on the npm registry."""

VERSION_CONTROL: Final[Mapping[str, tuple[str, ...]]] = {
    # https://pip.pypa.io/en/stable/topics/vcs-support: pip runs the command of each system. TLS requires certificates.
    "git": ("ca-certificates", "git"),
    "hg": ("ca-certificates", "mercurial"),
    "svn": ("ca-certificates", "subversion"),
    "bzr": ("brz", "ca-certificates"),
}
"""The packages that contain a version control system, by pip's scheme."""
