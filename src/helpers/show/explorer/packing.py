"""Columns of numbers as text that a script reads back without loss: base64 of the smallest type that holds them."""

from __future__ import annotations

import base64

import numpy as np

WHOLE = (("u8", np.uint8), ("u16", np.uint16), ("u32", np.uint32))


def whole(values: np.ndarray) -> dict[str, str]:
    """Whole numbers, none negative.

    >>> whole(np.array([0, 1, 255])), whole(np.array([256]))["t"]
    ({'t': 'u8', 'b': 'AAH/'}, 'u16')
    """
    values = np.asarray(values)
    largest = int(values.max(initial=0))
    if int(values.min(initial=0)) < 0 or largest > np.iinfo(np.uint32).max:
        raise ValueError(f"whole numbers from {values.min()} to {largest} do not fit; give 0 to {2**32 - 1}")
    kind, dtype = next((kind, dtype) for kind, dtype in WHOLE if largest <= np.iinfo(dtype).max)
    return _packed(kind, values.astype(np.dtype(dtype).newbyteorder("<")))


def numbers(values: np.ndarray) -> dict[str, object]:
    """Numbers to the last bit, nan for none; those that take few values as codes of a list of them.

    >>> sorted(numbers(np.array([0.5, 0.5, 0.5, np.nan])))
    ['c', 'v']
    """
    values = np.asarray(values, dtype=np.float64)
    distinct, codes = np.unique(values, return_inverse=True)
    if len(distinct) <= len(values) // 2:
        return {"v": _packed("f64", distinct.astype("<f8")), "c": whole(codes.ravel())}
    return _packed("f64", values.astype("<f8"))


def _packed(kind: str, values: np.ndarray) -> dict[str, str]:
    return {"t": kind, "b": base64.b64encode(values.tobytes()).decode("ascii")}
