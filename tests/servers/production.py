"""A web server as production has one: kept connections, compression, caching, a page for 404.

The pages name each other by the site's public address; here they get the server's own in its place.
"""

from __future__ import annotations

import contextlib
import functools
import gzip
import http.server
import mimetypes
import threading
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote, urlsplit

HOST = "127.0.0.1"
TEXT = ("text/", "application/json", "application/xml", "image/svg", "application/manifest")
TYPES = {".webmanifest": "application/manifest+json", ".avif": "image/avif", ".webp": "image/webp"}


@contextlib.contextmanager
def serving(output: Path, address: str) -> Iterator[str]:
    """Serve the folder `output`, a site built for `address`, while the block runs; gives the
    address that it has now, without a slash at its end."""
    with http.server.ThreadingHTTPServer((HOST, 0), Handler) as server:
        server.daemon_threads = True
        here = f"http://{HOST}:{server.server_port}"
        server.RequestHandlerClass = functools.partial(  # type: ignore[assignment]
            Handler, directory=str(output), names=(address.encode(), here.encode())
        )
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield here
        finally:
            server.shutdown()


@functools.lru_cache(maxsize=4096)
def packed(file: Path, names: tuple[bytes, bytes]) -> bytes:
    """A text file as it is sent, made once, as a build for production does."""
    return gzip.compress(file.read_bytes().replace(*names), 9, mtime=0)


class Handler(http.server.SimpleHTTPRequestHandler):
    """The site's files and nothing else; no line on the terminal for each request."""

    protocol_version = "HTTP/1.1"
    timeout = 30

    def __init__(self, *request: object, names: tuple[bytes, bytes], directory: str) -> None:
        self.names = names
        super().__init__(*request, directory=directory)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """A file, its folder's index.html, or the site's own page for what is not there."""
        file = Path(self.directory, unquote(urlsplit(self.path).path).lstrip("/"))
        if file.is_dir():
            file /= "index.html"
        if file.is_file():
            self._send(HTTPStatus.OK, file)
        else:
            self._send(HTTPStatus.NOT_FOUND, Path(self.directory, "404.html"))

    do_HEAD = do_GET

    def _send(self, status: HTTPStatus, file: Path) -> None:
        kind = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "text/plain"
        body = self._body(file, kind)
        self.send_response(status)
        self.send_header(
            "Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
        )
        self.send_header("Content-Length", str(len(body)))
        self.send_header(
            "Cache-Control", "no-cache" if file.suffix == ".html" else "public, max-age=31536000"
        )
        if body and kind.startswith(TEXT):
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        if self.command != "HEAD":
            with contextlib.suppress(ConnectionError):
                self.wfile.write(body)

    def _body(self, file: Path, kind: str) -> bytes:
        if not file.is_file():
            return b""
        return packed(file, self.names) if kind.startswith(TEXT) else file.read_bytes()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""
