"""Stand-in for `docker`: what is pushed was built, from a context that there is, into a registry with a login."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.walkthrough.recording import TOKEN, calls, record, refuse

__all__ = ["main"]

_VALUED = ("--file", "--platform", "--secret", "--tag")


def main(arguments: list[str]) -> int:
    """Log in, build or push."""
    match arguments:
        case ["login", "--username", "AWS", "--password-stdin", registry]:
            if sys.stdin.read().strip() != TOKEN:
                refuse("docker", arguments, "the token of the registry is wrong")
            record("docker", arguments, registry=registry)
        case ["build", *options] | ["buildx", "build", *options]:
            record("docker", arguments, **_build(arguments, options))
        case ["push", image]:
            if not any(call["found"].get("image") == image for call in calls("docker")):
                refuse("docker", arguments, "the image was not built")
            _check_login(arguments, image)
            record("docker", arguments, pushed=image)
        case _:
            refuse("docker", arguments, "the stand-in does not know this")
    return 0


def _build(arguments: list[str], options: list[str]) -> dict[str, str]:
    rest, found = list(options), {}
    pushes = False
    while rest and rest[0].startswith("--"):
        option = rest.pop(0)
        if option == "--push":
            pushes = True
        elif option in _VALUED:
            found[option[2:]] = rest.pop(0)
        else:
            refuse("docker", arguments, f"the stand-in does not know {option}")
    if len(rest) != 1 or not Path(rest[0]).is_dir():
        refuse("docker", arguments, f"the build context is no folder: {rest}")
    path = Path(found.get("file") or f"{rest[0]}/Dockerfile")
    if not path.is_file():
        refuse("docker", arguments, f"there is no {path}")
    if pushes:
        _check_login(arguments, found["tag"])
        return {"platform": found["platform"], "pushed": found["tag"]}
    return {"platform": found["platform"], "image": found["tag"]}


def _check_login(arguments: list[str], image: str) -> None:
    registry = image.split("/")[0]
    if not any(call["found"].get("registry") == registry for call in calls("docker")):
        refuse("docker", arguments, f"there was no login into {registry}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
