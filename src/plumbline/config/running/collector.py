"""Python's garbage collector, settled for a process that answers requests."""

import gc

YOUNG = 50_000
"""Objects made before the young are looked through: about what one large page makes, so that most requests see no pause."""


def settle_collector() -> None:
    """Leave what the started application holds out of every later collection, and collect seldom.

    A page with a large tree makes some hundred thousand short-lived objects. With Python's defaults they set off full
    collections that walk all of Django each time: pauses of 100 to 200 ms on every few requests. Frozen objects are
    walked no more; what requests leave behind is still collected.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)
