"""The command line interface of AWS, imported once: each call is a fork.

Started as a program with the path of a socket. A client sends its standard output and error, its arguments, working
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
    driver = create_clidriver()
    # What the calls of a service need is read once, and inherited by each fork.
    with contextlib.redirect_stdout(io.StringIO()):
        for service, operation in OPERATIONS.items():
            driver.main([service, operation, "--generate-cli-skeleton", "--region", "eu-central-1"])
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
    data, files, _, _ = socket.recv_fds(connection, 1 << 20, 2)
    while not data.endswith(b"\n"):
        data += connection.recv(1 << 20)
    call = json.loads(data)
    os.dup2(files[0], 1)
    os.dup2(files[1], 2)
    # Set when the interface is imported: where its service models are.
    data_path = os.environ["AWS_DATA_PATH"]
    os.environ.clear()
    os.environ.update(call["environment"], AWS_DATA_PATH=data_path)
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
