from __future__ import annotations

import gc

import pytest

from knowledge.runtime.loading import pause_garbage_collection


def test_the_garbage_collector_rests_while_libraries_are_loaded_and_goes_on_after_it() -> None:
    with pause_garbage_collection(), pause_garbage_collection():
        assert not gc.isenabled()
    assert gc.isenabled()
    assert gc.get_freeze_count()
    gc.unfreeze()


def test_a_library_that_cannot_be_loaded_leaves_the_garbage_collector_at_work() -> None:
    with pytest.raises(ModuleNotFoundError), pause_garbage_collection():
        __import__("no_such_library")
    assert gc.isenabled()
    gc.unfreeze()
