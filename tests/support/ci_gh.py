"""Stands in for `gh`: a repository whose API is a JSON file in the folder STATE, `gh.json`.

It has `environments`, by name, what the API answers; `pulls`, the pull request of each commit; `comments`, of each pull
request; and `issues` and `requests`, lists of what was opened. Every call is a line of the file `calls`.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

STATE = Path(os.environ["STATE"])


def main(arguments: list[str]) -> int:
    """Answer a call as gh would."""
    with (STATE / "calls").open("a") as calls:
        calls.write(f"gh {' '.join(arguments[:3])}\n")
    if not os.environ.get("GH_TOKEN"):
        sys.stderr.write("gh: To use GitHub CLI in a GitHub Actions workflow, set the GH_TOKEN environment variable.\n")
        return 4
    with (STATE / "gh.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return answered(arguments, STATE / "gh.json")


def answered(arguments: list[str], path: Path) -> int:
    """Answer a call with what the file has, while no other call changes it."""
    database = json.loads(path.read_text())
    flags = options(arguments)
    words = [word for word in arguments if not word.startswith("-") and word not in flags.values()]
    answer = {"api": api, "issue": listed, "pr": listed}[words[0]](database, words, flags)
    path.write_text(json.dumps(database))
    if answer is None:
        sys.stderr.write("gh: Not Found (HTTP 404)\n")
        return 1
    if "--jq" in flags:
        command = ["jq", "--raw-output", flags["--jq"]]
        done = subprocess.run(command, input=json.dumps(answer), capture_output=True, text=True, check=True)
        sys.stdout.write(done.stdout)
    return 0


def options(arguments: list[str]) -> dict[str, str]:
    """Return the options that have a value."""
    alone = {"--paginate"}
    return {
        name: value
        for name, value in zip(arguments, [*arguments[1:], ""], strict=True)
        if name.startswith("--") and name not in alone
    }


def api(database: dict[str, Any], words: list[str], flags: dict[str, str]) -> Any:
    """Answer `gh api`."""
    address = words[1].partition("/")[2].split("/", 2)[2]
    if found := re.fullmatch(r"environments/(.+)", address):
        return database["environments"].get(found[1])
    if found := re.fullmatch(r"commits/(.+)/pulls", address):
        return database["pulls"]
    if found := re.fullmatch(r"issues/(\d+)/comments", address):
        comments = database["comments"].setdefault(found[1], [])
        if flags.get("--method") == "POST":
            user = {"login": "github-actions[bot]"}
            comments.append({"id": len(comments) + 1, "user": user, **json.load(sys.stdin)})
        return comments
    if (found := re.fullmatch(r"issues/comments/(\d+)", address)) and flags.get("--method") == "PATCH":
        comment = next(one for every in database["comments"].values() for one in every if one["id"] == int(found[1]))
        comment.update(json.load(sys.stdin))
        return comment
    return None


def listed(database: dict[str, Any], words: list[str], flags: dict[str, str]) -> Any:
    """Answer `gh issue` and `gh pr`."""
    entries = database["issues" if words[0] == "issue" else "requests"]
    body = Path(flags["--body-file"]).read_text() if "--body-file" in flags else ""
    fields = {"title": flags.get("--title"), "head": flags.get("--head"), "base": flags.get("--base"), "body": body}
    stated = {name: value for name, value in fields.items() if value}
    if words[1] == "list":
        return [one for one in entries if one["state"] == "open" and one.get("head") in (None, flags.get("--head"))]
    if words[1] == "create":
        entries.append({"number": len(entries) + 1, "state": "open", **stated})
        return entries[-1]
    entry = next(one for one in entries if one["number"] == int(words[2]))
    entry.update({"state": "closed"} if words[1] == "close" else stated)
    return entry


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
