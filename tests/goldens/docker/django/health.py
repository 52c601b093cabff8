"""Say by the exit status whether the application answers; whatever it answers but an error of its own will do."""

import os
import sys
from http.client import HTTPConnection

connection = HTTPConnection("127.0.0.1", int(os.environ["PORT"]), timeout=2)
connection.request("GET", os.environ["HEALTH_PATH"])
sys.exit(connection.getresponse().status >= 500)
