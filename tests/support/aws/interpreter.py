"""The command line interface of AWS, imported once: each call is a fork.

Started as a program with the path of a socket. A client sends its standard streams, its arguments, working
directory and environment, and gets the exit code.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import socket
import sys

from awscli.clidriver import CLIDriver, create_clidriver
from awscli.customizations.overridesslcommonname import SSL_COMMON_NAMES

OPERATIONS = {
    "ecr": "batch-get-image",
    "ecs": "describe-services",
    "elbv2": "describe-target-health",
    "logs": "get-log-events",
    "rds": "describe-db-instances",
    "secretsmanager": "describe-secret",
    "ssm": "get-parameter",
    "sts": "get-caller-identity",
}
"""One operation of each service that the scripts call."""


def main(path: str) -> None:
    """Answer calls until the socket is removed."""
    # Version 1 of the interface prefers former host names of some services to AWS_ENDPOINT_URL.
    SSL_COMMON_NAMES.clear()
    driver = create_clidriver()
    # What the calls of a service need is read once, and inherited by each fork.
    # The option --region would stay in the session.
    os.environ["AWS_DEFAULT_REGION"] = "eu-central-1"
    with contextlib.redirect_stdout(io.StringIO()):
        for service, operation in OPERATIONS.items():
            driver.main([service, operation, "--generate-cli-skeleton"])
    gc.freeze()
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen(64)
    while True:
        connection, _ = server.accept()
        if os.fork() == 0:
            server.close()
            if os.fork() == 0:
                _run(driver, connection)
            os._exit(0)
        connection.close()
        os.wait()


def _run(driver: CLIDriver, connection: socket.socket) -> None:
    data, files, _, _ = socket.recv_fds(connection, 1 << 20, 3)
    while not data.endswith(b"\n"):
        data += connection.recv(1 << 20)
    call = json.loads(data)
    for number, file in enumerate(files):
        os.dup2(file, number)
    # Set when the interface is imported: where its service models are.
    data_path = os.environ["AWS_DATA_PATH"]
    os.environ.clear()
    os.environ.update(call["environment"], AWS_DATA_PATH=data_path)
    # Version 2 of the interface reads AWS_REGION, version 1 another variable.
    if "AWS_REGION" in os.environ:
        os.environ["AWS_DEFAULT_REGION"] = os.environ["AWS_REGION"]
    os.chdir(call["directory"])
    sys.argv = ["aws", *call["arguments"]]
    try:
        code = driver.main(call["arguments"])
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 1
    sys.stdout.flush()
    sys.stderr.flush()
    connection.sendall(str(code or 0).encode())
    os._exit(0)


main(sys.argv[1])
