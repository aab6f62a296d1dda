"""Starting the practice network where a port is taken at the last moment."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from syndication.demo.bluesky_server import running
from syndication.demo.servers import ServerError, node

UP = {"pds": "http://127.0.0.1:1", "plc": "http://127.0.0.1:2", "control": "x", "jwtSecret": "y"}
LATE = f"""#!/bin/sh
if mkdir "$TMPDIR/tried" 2>/dev/null; then echo "code: 'EADDRINUSE'" >&2; exit 1; fi
echo '{json.dumps(UP)}'
read end
"""
NEVER = """#!/bin/sh
echo "code: 'EADDRINUSE'" >&2
echo x >> "$0.tries"
exit 1
"""


def servers_with(folder: Path, script: str) -> Path:
    """A folder of servers whose Node is a script."""
    program = node(folder)
    program.parent.mkdir(parents=True)
    program.write_text(script)
    program.chmod(0o755)
    (folder / "bluesky").mkdir()
    (folder / "bluesky" / "start.mjs").touch()
    return folder


def test_another_port_is_chosen_where_somebody_took_the_first(tmp_path: Path) -> None:
    with running(servers_with(tmp_path, LATE), appview=False) as network:
        assert network.pds == UP["pds"]


def test_ports_that_are_taken_again_are_told(tmp_path: Path) -> None:
    servers = servers_with(tmp_path, NEVER)
    with pytest.raises(ServerError, match="EADDRINUSE"), running(servers, appview=False):
        pass
    assert node(servers).with_name("node.tries").read_text() == "x\nx\n"
