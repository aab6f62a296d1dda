"""Debian's nginx on loopback, with a configuration of the test's own."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.ports import free_port
from tests.servers.required import missing
from tests.servers.waiting import HANGS, wait_until

BROTLI = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")
ADVICE = "apt-get install nginx-light libnginx-mod-http-brotli-static"


@contextmanager
def nginx(folder: Path, *, http: str, server: str) -> Iterator[str]:
    """Run one with what stands in its `http` and in its `server` block; yields its address.

    Everything that it writes is in `folder`, a new one.
    """
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None or not BROTLI.is_file():
        missing("nginx", ADVICE)
    folder.mkdir()
    port = free_port()
    temporary = "\n".join(
        f"{kind}_temp_path {folder / kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    configuration = folder / "nginx.conf"
    configuration.write_text(
        f"load_module {BROTLI};\ndaemon off;\nmaster_process off;\npid {folder / 'pid'};\n"
        f"error_log {folder / 'error.log'};\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}\n"
        f"{http}\nserver {{\nlisten 127.0.0.1:{port};\nserver_name _;\n{server}\n}}\n}}\n",
        encoding="utf-8",
    )
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            [program, "-c", str(configuration), "-p", str(folder)], stdout=said, stderr=said
        )
    try:
        wait_until(lambda: _answers(process, port, folder), what=f"nginx listens on {port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(HANGS)


def _answers(process: subprocess.Popen[bytes], port: int, folder: Path) -> bool:
    assert process.poll() is None, (folder / "said").read_text()
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
