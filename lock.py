"""Write the locks: every package with its version and the hashes of its files.  `make lock` asks for newer versions.

    .venv/bin/python lock.py              # keeps the versions that are locked already
    .venv/bin/python lock.py --upgrade    # `make lock`

Four files, each complete in itself: `build.lock`, what installing needs, and axe-core; `requirements.lock`, what `make`
installs; `newspaper3k.lock`, what stands apart in `.venv/newspaper3k`; `benchmarks/requirements.lock`, all extras.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

MAIN, BUILD, APART, ALL = "requirements.lock", "build.lock", "newspaper3k.lock", "benchmarks/requirements.lock"
OPTIONS = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-emit-index-url",
           "--no-emit-find-links", "--quiet"]  # fmt: skip


def main() -> None:
    """Write all locks, the later ones with the versions of the first."""
    asked = sys.argv[1:]
    if asked not in ([], ["--upgrade"]):
        raise SystemExit(f"lock: {' '.join(asked)} is not --upgrade, the only option")
    lock(MAIN, "pyproject.toml", "--extra", "all", "--extra", "test", *asked)
    lock(BUILD, "--group", "pyproject.toml:build", "--group", "pyproject.toml:axe", "--constraint", MAIN, *asked)
    shared = [f"--no-emit-package={name}" for name in names(MAIN)]
    lock(APART, "--group", "pyproject.toml:newspaper3k", "--constraint", MAIN, "--no-annotate", *shared, *asked)
    if Path("benchmarks").is_dir():  # a release has none
        lock(ALL, "pyproject.toml", "--all-extras", "--constraint", MAIN, "--no-annotate", *asked)


def lock(output: str, *what: str) -> None:
    """Write one lock; where that fails the old one stays as it was."""
    uv = [sys.executable, "-m", "uv", "pip", "compile", *OPTIONS]
    ran = subprocess.run([*uv, *what, "--output-file", output], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if ran.returncode:
        raise SystemExit(f"lock: {output} was not written: {' '.join(ran.stderr.decode().split())}")


def names(path: str) -> list[str]:
    """Packages of a lock."""
    return sorted(set(re.findall(r"^([\w.-]+)==", Path(path).read_text(encoding="utf-8"), flags=re.MULTILINE)))


if __name__ == "__main__":
    main()
