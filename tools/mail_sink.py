"""A mail server that delivers nowhere: it keeps what it took, and refuses what it is told to."""

from __future__ import annotations

import socketserver
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

NOW_AND_THEN = "451 4.3.0 try again later"


class Sink(socketserver.ThreadingTCPServer):
    """Takes messages on a free port of this machine; ``taken`` holds them in order.

    ``refuse`` is asked at each command and answers with the reply to give instead, or "".
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, refuse: Callable[[str, str], str] | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.refuse = refuse or (lambda _command, _recipient: "")
        self.taken: list[EmailMessage] = []
        self.slow = 0.0
        """How many seconds pass between taking a message and saying so."""
        self.hang_up = False
        """Whether to take the message and close the line without a word."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that was killed in the middle is no news."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    @property
    def url(self) -> str:
        """Where to send to."""
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class _Talk(socketserver.StreamRequestHandler):
    server: Sink

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self) -> None:
        recipient = ""
        self.say("220 sink")
        for raw in iter(self.rfile.readline, b""):
            line = raw.decode(errors="replace").strip()
            command = line.split(" ")[0].upper()
            if command == "QUIT":
                self.say("221 bye")
                return
            if command == "RCPT":
                recipient = line.partition("<")[2].partition(">")[0]
            refused = self.server.refuse(command, recipient)
            if refused:
                self.say(refused)
            elif command != "DATA":
                self.say("250 ok")
            elif not self._data():
                return

    def _data(self) -> bool:
        self.say("354 go on")
        lines: list[bytes] = []
        for raw in iter(self.rfile.readline, b".\r\n"):
            if not raw:
                return False  # the line broke in the middle: nothing was taken
            lines.append(raw[1:] if raw.startswith(b"..") else raw)
        self.server.taken.append(message_from_bytes(b"".join(lines), policy=default))
        time.sleep(self.server.slow)
        if self.server.hang_up:
            return False
        self.say("250 taken")
        return True


@contextmanager
def running(refuse: Callable[[str, str], str] | None = None) -> Iterator[Sink]:
    """A sink for the block."""
    with Sink(refuse) as sink:
        threading.Thread(target=sink.serve_forever, daemon=True).start()
        try:
            yield sink
        finally:
            sink.shutdown()
