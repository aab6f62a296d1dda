"""The validators that `make servers` installed, each as a function that returns what it found."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from syndication.demo.servers import installed, node
from tests.servers.browser import SWITCHES
from tests.servers.install import CLONE, current
from tests.servers.required import missing

SECONDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a validator does not like."""

    file: str
    message: str
    severity: str = "error"  # error | warning
    place: str = ""  # a line, or a path into the data

    def __str__(self) -> str:
        return f"{self.file}:{self.place}: {self.severity}: {self.message}"


def packages() -> Path:
    """The folder of the installed validators; skips the test where they are not installed."""
    if not (current("node") and current("validators")):
        missing("validators", "make servers")
    return installed(CLONE) / "validators"


def markup_and_style(files: Sequence[Path]) -> list[Finding]:
    """What the Nu Html Checker says of HTML and CSS files; its remarks without weight are left out.

    Needs Java. About 10 s and then 20 ms a page.
    """
    if shutil.which("java") is None:
        missing("validators", "apt-get install default-jre-headless")
    program = packages() / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    done = _run(
        *("java", "-Xss2m", "-jar", program, "--format", "json", "--stdout", "--exit-zero-always"),
        *("--also-check-css", "--skip-info-messages", "--asciiquotes", *files),
    )
    return [
        Finding(
            file=found["url"].removeprefix("file:"),
            message=found["message"],
            severity=found.get("subType", found["type"]),
            place=str(found.get("lastLine", "")),
        )
        for found in json.loads(done)["messages"]
    ]


def structured_data(files: Sequence[Path]) -> tuple[list[Finding], int]:
    """What schema.org's vocabulary and the documents of search engines say of JSON-LD in HTML
    files, and how many things were described there. About 1 s and 5 ms a page."""
    folder = packages()
    lines = _node(folder / "structured-data.mjs", *files).splitlines()
    *issues, count = map(json.loads, lines)
    findings = [
        Finding(
            file=issue["file"],
            message=issue["message"],
            severity=issue["severity"].lower(),
            place=issue["where"],
        )
        for issue in issues
    ]
    return findings, count["things"]


def links(start: str) -> tuple[list[Finding], int]:
    """Broken links and fragments of the site that is served at `start`, and how many links were
    followed. Other sites are not asked."""
    program = packages() / "node_modules" / "linkinator" / "build" / "src" / "cli.js"
    done = _node(
        *(program, f"{start}/", "--recurse", "--check-css", "--check-fragments"),
        *("--format", "json", "--concurrency", "8", "--skip", f"^(?!{re.escape(start)})"),
        good=(0, 1),
    )
    found = json.loads(done)["links"]
    followed = [link for link in found if link["state"] != "SKIPPED"]
    broken = [
        Finding(file=link.get("parent", ""), message=f"{link['status']} {link['url']}")
        for link in followed
        if link["state"] == "BROKEN"
    ]
    return broken, len(followed)


def lighthouse(url: str, folder: Path) -> dict[str, Any]:
    """Lighthouse's report on a page, as a telephone of the middle class sees it. 10 to 20 s."""
    chromium = shutil.which("chromium")
    if chromium is None:
        missing("browser", "apt-get install chromium")
    program = packages() / "node_modules" / "lighthouse" / "cli" / "index.js"
    report = folder / "lighthouse.json"
    _node(
        *(program, url, "--quiet", "--output", "json", "--output-path", report),
        *("--only-categories", "performance,accessibility,best-practices,seo"),
        *("--max-wait-for-fcp", "60000", "--max-wait-for-load", "120000"),
        f"--chrome-flags={' '.join([*SWITCHES, '--headless=new'])}",
        environment={"CHROME_PATH": chromium},
    )
    return dict(json.loads(report.read_text(encoding="utf-8")))


def axe() -> str:
    """The program that a page runs to look at itself."""
    return (packages() / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def _node(*arguments: object, **more: Any) -> str:
    return _run(node(installed(CLONE)), *arguments, **more)


def _run(
    *command: object, good: Sequence[int] = (0,), environment: dict[str, str] | None = None
) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        env=os.environ | (environment or {}),
    )
    assert done.returncode in good, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout
