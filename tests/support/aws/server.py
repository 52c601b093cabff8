"""The API as a server of HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

from botocore import xform_name

from tests.support.aws.cloud import ClientError, Cloud
from tests.support.aws.ecs import ECS
from tests.support.aws.others import ECR, RDS, SSM, STS, Balancing, Logs, Secrets
from tests.support.aws.protocols import Call, answer, failure, read_call

__all__ = ["Loss", "served"]

Loss = Literal["", "lost call", "lost answer"]
"""What is lost: nothing, the call, or its answer."""

_SERVICES: dict[str, Callable[[Cloud], object]] = {
    "ecr": ECR,
    "ecs": ECS,
    "elbv2": Balancing,
    "logs": Logs,
    "rds": RDS,
    "secretsmanager": Secrets,
    "ssm": SSM,
    "sts": STS,
}


@contextmanager
def served(cloud: Cloud, loss: Callable[[int], Loss] = lambda number: "") -> Iterator[str]:
    """Serve an account and return the address.

    Args:
        cloud: The account.
        loss: Called with the number of each call, before it is answered.
    """
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            with lock:
                lost = loss(len(cloud.calls))
                if lost == "lost call":
                    self.close_connection = True
                    return
                call = read_call(dict(self.headers.items()), body)
                cloud.calls.append((call.service, call.operation, call.parameters))
                status, content = _answer(cloud, call)
            if lost == "lost answer":
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_DELETE = do_GET = do_HEAD = do_POST = do_PUT = _serve  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Write nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _answer(cloud: Cloud, call: Call) -> tuple[int, bytes]:
    """Answer as the account of the test was told to, as it stands, or with nothing."""
    service = _SERVICES[call.service](cloud) if call.service in _SERVICES else None
    method = getattr(service, xform_name(call.operation), None)
    try:
        if cloud.refusal:
            raise cloud.refusal
        result: dict[str, Any] = cloud.answers.get((call.service, call.operation), {})
        if method and not result:
            result = method(call.parameters)
    except ClientError as error:
        return 400, failure(call, error.code, error.message)
    content, wrong = answer(call, result)
    cloud.wrong += wrong
    return 200, content
