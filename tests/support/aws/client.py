"""The program `aws` of the tests: hands its call to the interpreter that is already running."""

import json
import os
import socket
import sys

connection = socket.socket(socket.AF_UNIX)
connection.connect("SOCKET")
# Without pathlib, whose import would be a tenth of the time of a call.
directory = os.getcwd()  # noqa: PTH109
call = {"arguments": sys.argv[1:], "directory": directory, "environment": dict(os.environ)}
data = json.dumps(call).encode() + b"\n"
sent = socket.send_fds(connection, [data], [0, 1, 2])
connection.sendall(data[sent:])
sys.exit(int(connection.recv(16) or b"1"))
