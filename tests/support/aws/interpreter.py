"""The command line interface of AWS, imported once: each call is a fork.

Started as a program with the path of a socket. A client sends its standard streams, its arguments, working
directory and environment, and gets the exit code.
"""

from __future__ import annotations

import contextlib
import gc
import io
import os
import signal
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
    # A client reads the endpoints of a service. The session of the calls gets no credentials or settings of this
    # process, so that another one fills the loader that both have.
    session = type(driver.session)()
    session.register_component("data_loader", driver.session.get_component("data_loader"))
    for service in OPERATIONS:
        session.create_client(service, "eu-central-1", aws_access_key_id="none", aws_secret_access_key="none")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel reaps the forks
    gc.freeze()
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen(64)
    while True:
        connection, _ = server.accept()
        if os.fork() == 0:
            server.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _run(driver, connection)
        connection.close()


def _run(driver: CLIDriver, connection: socket.socket) -> None:
    data, files, _, _ = socket.recv_fds(connection, 1 << 20, 3)
    while part := connection.recv(1 << 20):
        data += part
    if not data:
        os._exit(1)  # the script was killed, and the client with it
    directory, count, *rest = (os.fsdecode(part) for part in data.split(b"\0"))
    arguments, variables = rest[: int(count)], rest[int(count) :]
    for number, file in enumerate(files):
        os.dup2(file, number)
    # Set when the interface is imported: where its service models are.
    data_path = os.environ["AWS_DATA_PATH"]
    os.environ.clear()
    os.environ.update(dict(variable.split("=", 1) for variable in variables), AWS_DATA_PATH=data_path)
    # Version 2 of the interface reads AWS_REGION, version 1 another variable.
    if "AWS_REGION" in os.environ:
        os.environ["AWS_DEFAULT_REGION"] = os.environ["AWS_REGION"]
    os.chdir(directory)
    sys.argv = ["aws", *arguments]
    try:
        code = driver.main(arguments)
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 1
    sys.stdout.flush()
    sys.stderr.flush()
    connection.sendall(str(code or 0).encode())
    os._exit(0)


main(sys.argv[1])
