"""A headless Chromium for tests: pages opened, keys pressed and mouse moved as a person would; and JupyterLab to open."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.report.pdf import find_browser

LONGEST = 90  # seconds for anything that is waited for: a busy machine starts JupyterLab slowly
CODES = {"Enter": 13, "Escape": 27, "ArrowLeft": 37, "ArrowRight": 39}


class Page:
    """One page of the browser, spoken to over its debugging protocol."""

    def __init__(self, address: str) -> None:
        websocket = pytest.importorskip("websocket", reason="websocket-client is not installed")
        self._line = websocket.create_connection(address, timeout=LONGEST, suppress_origin=True)
        self._turn = 0

    def ask(self, method: str, **told: object) -> dict:
        """One request and its answer; what the page says in between is dropped."""
        self._turn += 1
        self._line.send(json.dumps({"id": self._turn, "method": method, "params": told}))
        while True:
            answer = json.loads(self._line.recv())
            if answer.get("id") == self._turn:
                assert "error" not in answer, answer
                return answer["result"]

    def run(self, script: str) -> object:
        """The value of an expression on the page; a promise is waited for."""
        found = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def wait(self, script: str, seconds: float = LONGEST) -> object:
        """Until an expression is true."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := self.run(script):
                return found
            time.sleep(0.1)
        raise AssertionError(f"not within {seconds} s: {script}")

    def press(self, key: str, code: str = "") -> None:
        """A key down and up."""
        code = code or (key if key in CODES else f"Digit{key}" if key.isdigit() else f"Key{key.upper()}")
        number = CODES.get(key) or ord(code[-1])
        told = {"key": key, "code": code, "windowsVirtualKeyCode": number}
        self.ask("Input.dispatchKeyEvent", type="keyDown", **told)
        self.ask("Input.dispatchKeyEvent", type="keyUp", **told)

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """The mouse pressed at one place and let go at another."""
        told = {"button": "left", "clickCount": 1}
        self.ask("Input.dispatchMouseEvent", type="mousePressed", x=start[0], y=start[1], **told)
        for part in (0.3, 0.7, 1.0):
            x, y = (a + (b - a) * part for a, b in zip(start, end, strict=True))
            self.ask("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y, button="left", buttons=1)
        self.ask("Input.dispatchMouseEvent", type="mouseReleased", x=end[0], y=end[1], **told)

    def click(self, selector: str) -> None:
        """The mouse on the middle of an element."""
        script = f"(r => [r.x + r.width / 2, r.y + r.height / 2])(document.querySelector({selector!r}).getBoundingClientRect())"
        self.drag(*(tuple(self.run(script)),) * 2)

    def picture(self, path: Path) -> None:
        """What the page looks like now."""
        path.write_bytes(base64.b64decode(self.ask("Page.captureScreenshot", format="png")["data"]))


@contextlib.contextmanager
def chromium(folder: Path, address: str) -> Iterator[Page]:
    """A page in a headless Chromium; the test is skipped where there is none."""
    found = find_browser()
    if found is None:
        pytest.skip("no Chromium on the path: the desk is not tried in a browser")
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    flags = ["--headless", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0", "--window-size=1400,1000"]
    command = [found, *flags, *root, "--disable-dev-shm-usage", f"--user-data-dir={folder / 'profile'}", "about:blank"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        told = folder / "profile" / "DevToolsActivePort"
        _until(lambda: told.exists() and told.read_text().count("\n"), process)
        port = told.read_text().split()[0]
        asked = urllib.request.Request(f"http://127.0.0.1:{port}/json/new?{address}", method="PUT")
        with urllib.request.urlopen(asked, timeout=LONGEST) as answer:
            yield Page(json.load(answer)["webSocketDebuggerUrl"])
    finally:
        process.terminate()
        process.wait(30)


@contextlib.contextmanager
def jupyterlab(folder: Path, notebook: dict, path: list[Path]) -> Iterator[str]:
    """JupyterLab on loopback with one notebook, at the address that is given; kernels import from `path`."""
    pytest.importorskip("jupyterlab")
    (folder / "desk.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    places = {name: str(folder / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR")}
    flags = [f"--ServerApp.port={port}", f"--ServerApp.root_dir={folder}", "--IdentityProvider.token=", "--allow-root"]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--LabApp.expose_app_in_browser=True", *flags]
    with (folder / "lab.log").open("wb") as log:
        known = os.environ | places | {"PYTHONPATH": os.pathsep.join(map(str, path))}
        process = subprocess.Popen(command, stdout=log, stderr=log, env=known)
    try:
        _until(lambda: _answers(f"http://127.0.0.1:{port}/api"), process)
        yield f"http://127.0.0.1:{port}/lab/tree/desk.ipynb?reset"
    finally:
        process.terminate()
        process.wait(30)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def _until(ready: object, process: subprocess.Popen) -> None:
    end = time.monotonic() + LONGEST
    while not ready():
        assert process.poll() is None, f"{process.args[0]} ended with {process.returncode}"
        assert time.monotonic() < end, f"{process.args[0]} did not start within {LONGEST} s"
        time.sleep(0.2)
