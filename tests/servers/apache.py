"""Debian's Apache on loopback, serving one folder with its .htaccess."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.required import missing
from tests.servers.waiting import HANGS, wait_until

MODULES = Path("/usr/lib/apache2/modules")
NEEDED = ("mpm_event", "authz_core", "alias", "dir", "mime")


@contextmanager
def apache(folder: Path, root: Path) -> Iterator[str]:
    """Run one that serves `root`; yields its address. What it writes is in `folder`, a new one."""
    program = shutil.which("apache2") or shutil.which("apache2", path="/usr/sbin")
    if program is None or not (MODULES / "mod_alias.so").is_file():
        missing("apache", "apt-get install apache2-bin")
    folder.mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    modules = "".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so\n" for name in NEEDED)
    configuration = folder / "apache.conf"
    configuration.write_text(
        f"ServerRoot {folder}\nServerName 127.0.0.1\nListen 127.0.0.1:{port}\n{modules}"
        f"PidFile {folder}/pid\nErrorLog {folder}/error.log\nDefaultRuntimeDir {folder}\n"
        "TypesConfig /dev/null\nAddType text/html .html\nDirectoryIndex index.html\n"
        f"DocumentRoot {root}\n"
        f"<Directory {root}>\nRequire all granted\nAllowOverride All\n</Directory>\n",
        encoding="utf-8",
    )
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            [program, "-DFOREGROUND", "-f", str(configuration)], stdout=said, stderr=said
        )
    try:
        wait_until(lambda: _answers(process, port, folder), what=f"Apache listens on {port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(HANGS)


def _answers(process: subprocess.Popen[bytes], port: int, folder: Path) -> bool:
    assert process.poll() is None, (folder / "said").read_text()
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
