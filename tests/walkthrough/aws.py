"""Stand-in for `aws`: each call is held against the model of its service, and answered like a call that succeeds."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from typing import Any

import jmespath
from botocore import xform_name
from botocore.loaders import Loader

from tests.awsapi.models import input_of, operations, shape
from tests.awsapi.shapes import problems
from tests.walkthrough.recording import ACCOUNT, TOKEN, calls, record, refuse

__all__ = ["main"]

_OF_ANY = {"output", "profile", "query", "region"}
_TAIL = {"filter-pattern", "follow", "format", "log-stream-name-prefix", "region", "since"}


def main(arguments: list[str]) -> int:
    """Check a call, record it and answer it."""
    service, command, *rest = arguments
    waiter = rest.pop(0) if command == "wait" else ""
    options, words = _parsed(rest)
    found: dict[str, Any] = {"options": options, "words": words}
    mistakes = list(_tail(options, words)) if (service, command) == ("logs", "tail") else []
    if (service, command) not in (("logs", "tail"), ("ecr", "get-login-password")):
        operation = _waited(service, waiter) if waiter else _operation(service, command)
        mistakes = list(_mistakes(service, operation, options, words)) if operation else ["there is no such command"]
    if mistakes:
        refuse("aws", arguments, "; ".join(mistakes))
    if "file:///dev/stdin" in (value for values in options.values() for value in values):
        found["input"] = sys.stdin.read()
    record("aws", arguments, **found)
    _print(_answer(service, command, options), options)
    return 0


def _parsed(rest: list[str]) -> tuple[dict[str, list[str]], list[str]]:
    options: dict[str, list[str]] = {}
    words: list[str] = []
    for one in rest:
        if one.startswith("--"):
            options[one[2:]] = []
        elif options:
            options[list(options)[-1]].append(one)
        else:
            words.append(one)
    return options, words


def _operation(service: str, command: str) -> str | None:
    return next((name for name in operations(service) if xform_name(name, "-") == command), None)


def _waited(service: str, waiter: str) -> str | None:
    waiters = Loader().load_service_model(service, "waiters-2")["waiters"]
    return next((one["operation"] for name, one in waiters.items() if xform_name(name, "-") == waiter), None)


def _mistakes(service: str, operation: str, options: dict[str, list[str]], words: list[str]) -> Iterator[str]:
    if "input" not in Loader().load_service_model(service, "service-2")["operations"][operation]:
        known: dict[str, Any] = {"members": {}}
    else:
        known = shape(service, input_of(service, operation))
    members = {xform_name(name, "-"): (name, one["shape"]) for name, one in known["members"].items()}
    switches = {f"no-{name}" for name in members}
    yield from (f"unknown option --{name}" for name in set(options) - set(members) - switches - _OF_ANY)
    yield from (f"unexpected {word}" for word in words)
    for name in known.get("required", []):
        if xform_name(name, "-") not in options:
            yield f"--{xform_name(name, '-')} is missing"
    for name, values in options.items():
        if name in members and values and values[0][:1] in "[{":
            yield from problems(service, members[name][1], json.loads(values[0]), members[name][0])
    if "region" not in options and not os.environ.get("AWS_REGION"):
        yield "there is no region"


def _tail(options: dict[str, list[str]], words: list[str]) -> Iterator[str]:
    yield from (f"unknown option --{name}" for name in set(options) - _TAIL)
    if len(words) != 1:
        yield "one log group is named"


def _answer(service: str, command: str, options: dict[str, list[str]]) -> Any:
    match service, command:
        case "sts", "get-caller-identity":
            role = f"arn:aws:sts::{ACCOUNT}:assumed-role/AdministratorAccess/ann"
            return {"UserId": "AROA:ann", "Account": ACCOUNT, "Arn": role}
        case "ecr", "get-login-password":
            return TOKEN
        case "secretsmanager", "get-secret-value":
            return {"Name": options["secret-id"][0], "SecretString": "rediss://:a-token@cache.example:6379"}
        case "ecs", "run-task":
            number = sum(call["arguments"][:2] == ["ecs", "run-task"] for call in calls("aws"))
            cluster = options["cluster"][0]
            return {"tasks": [{"taskArn": f"arn:aws:ecs:{_region(options)}:{ACCOUNT}:task/{cluster}/{number}"}]}
        case "ecs", "describe-tasks":
            return {"tasks": [{"containers": [{"name": "prepare", "exitCode": 0}, {"name": "app", "exitCode": 0}]}]}
    return None


def _region(options: dict[str, list[str]]) -> str:
    return options["region"][0] if "region" in options else os.environ["AWS_REGION"]


def _print(answer: Any, options: dict[str, list[str]]) -> None:
    if "query" in options:
        answer = jmespath.search(options["query"][0], answer)
        if answer is None:
            sys.exit(f"the query {options['query'][0]} finds nothing")
    if answer is not None:
        print(answer if isinstance(answer, str) else json.dumps(answer))  # noqa: T201


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
