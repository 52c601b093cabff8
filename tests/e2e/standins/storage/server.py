"""moto's S3 behind SeaweedFS's health page, on the port of `-s3.port=`; it stands in for `weed mini`.

It does not prove: that SeaweedFS takes these options, checks the keys (moto takes any), keeps the files in its volume
(these are in memory), or becomes another user than root by itself.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any

from moto.moto_server.werkzeug_app import create_backend_app
from werkzeug.serving import run_simple


def main() -> None:
    """Serve until the container is stopped."""
    port = next(int(argument.partition("=")[2]) for argument in sys.argv if argument.startswith("-s3.port="))
    store = create_backend_app("s3")

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/healthz":
            start("200 OK", [])
            return [b"ok"]
        answer: Iterable[bytes] = store(environ, start)
        return answer

    run_simple("0.0.0.0", port, application, threaded=True)


if __name__ == "__main__":
    main()
