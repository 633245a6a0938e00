"""``python -m practice serve``: browse the practice study's outlets."""

from __future__ import annotations

import argparse
import threading

from practice.build import build
from practice.site import serve
from practice.world import OUTLETS


def main() -> None:
    """Serve until interrupted, with the addresses to open on the console."""
    parser = argparse.ArgumentParser(prog="python -m practice", description=__doc__)
    parser.add_argument("command", choices=["serve"])
    parser.add_argument("--port", type=int, default=8600, help="0 lets the machine choose (default: 8600)")
    port = parser.parse_args().port
    with serve(build(), port=port, any_host=True) as site:
        print("Invented outlets, on this machine only; stop with Ctrl-C.")
        for outlet in OUTLETS.values():
            print(f"  {outlet.name}: http://127.0.0.1:{site.port}/{outlet.host.removesuffix('.invalid')}/")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
