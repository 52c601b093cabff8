"""The program `aws` of the tests: hands its call to the interpreter that is already running."""

import _socket
import os
import sys

# The modules `json`, `pathlib` and `socket` take longer to import than the rest of a call.
directory = os.getcwdb()  # noqa: PTH109
arguments = [os.fsencode(argument) for argument in sys.argv[1:]]
variables = [name + b"=" + value for name, value in os.environb.items()]
message = b"\0".join([directory, b"%d" % len(arguments), *arguments, *variables])
streams = b"".join(number.to_bytes(4, sys.byteorder) for number in range(3))
connection = _socket.socket(_socket.AF_UNIX)
connection.connect("SOCKET")
sent = connection.sendmsg([message], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, streams)])
connection.sendall(message[sent:])
connection.shutdown(_socket.SHUT_WR)
sys.exit(int(connection.recv(16) or b"1"))
