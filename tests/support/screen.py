"""Running the command line in a terminal of a given width."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from contextlib import suppress
from pathlib import Path

__all__ = ["screen"]

_STYLES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def screen(*arguments: str, cwd: Path, columns: int) -> tuple[int, list[str]]:
    """Run `dazzle-infra` in a terminal; return the exit status and the lines that it prints, without styles."""
    main, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR")}
    process = subprocess.Popen(
        [sys.executable, "-m", "dazzle_infra.cli", *arguments],
        cwd=cwd,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env=environment | {"TERM": "xterm"},
    )
    os.close(terminal)
    shown = b""
    with suppress(OSError):  # the terminal's other end is closed when the command ends
        while part := os.read(main, 4096):
            shown += part
    os.close(main)
    text = _STYLES.sub("", shown.decode()).replace("\r\n", "\n")
    return process.wait(), [line.rpartition("\r")[2] for line in text.splitlines()]
