"""The practice network's own process: `python -m syndication.demo.practice_server SPEC.json`.

Started by `syndication.demo.practice` alone, which hands over a socket that already listens, so
that no other program can take the port in between. Standard input is the life line: when it ends,
because the parent closed it or died in whatever way, this process ends within two seconds.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import Any

import uvicorn
from mastodon_mock.app import create_app
from mastodon_mock.config import MastodonMockConfig

from syndication.demo.practice_pages import add_pages

GRACE = 1  # seconds that open streams get to close; they never would by themselves


def serve(spec: dict[str, Any]) -> None:
    """Run the server until it is told to end; `spec` is what `PracticeNetwork.start` wrote."""
    config = MastodonMockConfig.model_validate(spec["config"])
    app = create_app(config)
    add_pages(app)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            log_level="warning",
            server_header=False,
            timeout_graceful_shutdown=GRACE,
            ssl_certfile=spec["certificate"],
            ssl_keyfile=spec["key"],
        )
    )
    threading.Thread(target=_end_with_parent, daemon=True).start()
    server.run(sockets=[socket.socket(fileno=spec["socket"])])


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    threading.Timer(GRACE + 1, os._exit, args=(0,)).start()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    serve(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
