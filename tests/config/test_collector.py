"""The collector of a process that answers requests: settled once, and what requests leave behind still goes."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from plumbline.config.running.collector import YOUNG, settle_collector


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


class _Node:
    me: "_Node"


def test_what_stands_is_left_out_and_what_comes_later_is_collected() -> None:
    settle_collector()
    assert gc.get_freeze_count() > YOUNG
    assert gc.get_threshold()[0] == YOUNG
    node = _Node()
    node.me = node
    seen = weakref.ref(node)
    del node
    gc.collect()
    assert seen() is None
