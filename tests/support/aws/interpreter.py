"""The command line interface of AWS, imported once: each call is a fork.

Started as a program with the path of a socket. A client sends its standard output and error, its arguments, working
directory and environment, and gets the exit code.
"""

from __future__ import annotations

import json
import os
import socket
import sys

from awscli.clidriver import CLIDriver, create_clidriver


def main(path: str) -> None:
    """Answer calls until the socket is removed."""
    # The service models are read once and inherited by each fork.
    driver = create_clidriver()
    for service in ("ecr", "ecs", "elbv2", "logs", "secretsmanager", "ssm", "sts"):
        driver.session.create_client(service, "eu-central-1", aws_access_key_id="none", aws_secret_access_key="none")
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
