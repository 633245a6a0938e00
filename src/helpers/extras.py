"""Which extra of the distribution brings what a room needs, said in one line where it is missing."""

from importlib.util import find_spec

DISTRIBUTION = "outlet-frames"


def needs(extra: str, *packages: str) -> None:
    """Go on where all packages can be imported, else say which extra brings them.

    Raises
    ------
    ModuleNotFoundError
        One is not installed.

    >>> needs("text", "numpy")
    >>> needs("text", "numpy", "no_such_package")
    Traceback (most recent call last):
    ...
    ModuleNotFoundError: no_such_package is not installed: install outlet-frames[text]
    """
    for package in packages:
        if find_spec(package) is None:
            raise ModuleNotFoundError(f"{package} is not installed: install {DISTRIBUTION}[{extra}]", name=package)
