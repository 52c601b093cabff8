"""The protocols of AWS, after the models of the services that botocore contains."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from tests.awsapi.models import model, shape
from tests.awsapi.shapes import problems

__all__ = ["Call", "answer", "failure", "read_call"]

_NAMES = {"elasticloadbalancing": "elbv2", "monitoring": "cloudwatch"}
"""Services that sign with another name than that of their model."""


@dataclass(frozen=True)
class Call:
    """One call of the API: the service, the operation and its parameters."""

    service: str
    operation: str
    parameters: dict[str, Any]


def read_call(headers: Mapping[str, str], body: bytes) -> Call:
    """Read a call from its HTTP request.

    The service is that of the signature. An operation of a REST protocol is the one that the command line interface
    names in `User-Agent`.
    """
    service = headers["Authorization"].split("Credential=")[1].split("/")[3]
    service = _NAMES.get(service, service)
    if target := headers.get("X-Amz-Target"):
        return Call(service, target.partition(".")[2], json.loads(body or b"{}"))
    if headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
        query = dict(parse_qsl(body.decode(), keep_blank_values=True))
        return Call(service, query.pop("Action"), {key: value for key, value in query.items() if key != "Version"})
    command = re.search(r"command#\w+[.]([\w-]+)", headers["User-Agent"])
    assert command, headers["User-Agent"]
    return Call(service, command[1].replace("-", " ").title().replace(" ", ""), {})


def answer(call: Call, result: dict[str, Any]) -> tuple[bytes, list[str]]:
    """Return the body of an answer, and in what it differs from the model."""
    name = model(call.service)["operations"][call.operation].get("output", {}).get("shape")
    wrong = list(problems(call.service, name, result, call.operation)) if name else []
    if model(call.service)["metadata"]["protocol"] == "json":
        return json.dumps(result).encode(), wrong
    text = "".join(_element(call.service, name, result)) if name else ""
    if model(call.service)["metadata"]["protocol"] == "query":
        text = f"<{call.operation}Result>{text}</{call.operation}Result>"
    return f"<{call.operation}Response>{text}</{call.operation}Response>".encode(), wrong


def failure(call: Call, code: str, message: str) -> bytes:
    """Return the body of an error."""
    if model(call.service)["metadata"]["protocol"] == "json":
        return json.dumps({"__type": code, "message": message}).encode()
    error = f"<Error><Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error>"
    return (error if call.service == "s3" else f"<ErrorResponse>{error}</ErrorResponse>").encode()


def _element(service: str, name: str, value: Any) -> Iterator[str]:
    """Yield a value in XML, without the element around it."""
    known = shape(service, name)
    if known["type"] == "structure":
        for key, part in value.items():
            member = known["members"][key]
            tag = member.get("locationName", key)
            yield f"<{tag}>{''.join(_element(service, member['shape'], part))}</{tag}>"
    elif known["type"] == "list":
        tag = known["member"].get("locationName", "member")
        for part in value:
            yield f"<{tag}>{''.join(_element(service, known['member']['shape'], part))}</{tag}>"
    elif known["type"] == "boolean":
        yield str(value).lower()
    else:
        yield escape(str(value))
