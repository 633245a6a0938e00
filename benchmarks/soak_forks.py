"""Runs that can be killed: a Python that has imported everything forks once for each, so that many cost few imports."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SERVE = """
import importlib, json, os, sys
work = getattr(importlib.import_module(sys.argv[1]), sys.argv[2])
print("ready", flush=True)
for line in sys.stdin:
    child = os.fork()
    if not child:
        os.setpgid(0, 0)
        code = 1
        try:
            work(**json.loads(line))
            code = 0
        finally:
            os._exit(code)
    print(child, flush=True)
    print(os.waitpid(child, 0)[1], flush=True)
"""


class Forks:
    """Runs of one function, one after the other; a context manager.

    Parameters
    ----------
    module, function : str
        What a run calls, with the keywords that `start` is given.
    environment : dict of str, optional
    """

    def __init__(self, module: str, function: str, environment: dict[str, str] | None = None) -> None:
        path = os.pathsep.join([str(HERE), str(HERE.parent / "tests"), *filter(None, sys.path)])
        fixed = {"PYTHONPATH": path, "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-c", SERVE, module, function], env=os.environ | fixed | (environment or {}), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self._child = 0

    def __enter__(self) -> Forks:
        if self._process.stdout.readline() != "ready\n":
            raise RuntimeError("the process that forks the runs did not start")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def start(self, **keywords: Any) -> None:
        """Begin a run."""
        self._process.stdin.write(json.dumps(keywords) + "\n")
        self._process.stdin.flush()
        self._child = int(self._process.stdout.readline())

    def kill(self) -> None:
        """SIGKILL to the run; its workers end with it."""
        try:
            os.kill(self._child, signal.SIGKILL)
        except ProcessLookupError:
            return  # it has just ended by itself

    def ended(self) -> str:
        """How the run ended, after waiting for it: ``done``, ``killed`` or ``failed``."""
        status = int(self._process.stdout.readline())
        if os.WIFSIGNALED(status):
            return "killed" if os.WTERMSIG(status) == signal.SIGKILL else "failed"
        return "failed" if os.WEXITSTATUS(status) else "done"
