from __future__ import annotations

import gc

import pytest

from knowledge.runtime.loading import at_one_go


def test_the_garbage_collector_rests_while_libraries_are_loaded_and_goes_on_after_it() -> None:
    with at_one_go(), at_one_go():
        assert not gc.isenabled()
    assert gc.isenabled()
    assert gc.get_freeze_count()
    gc.unfreeze()


def test_a_library_that_cannot_be_loaded_leaves_the_garbage_collector_at_work() -> None:
    with pytest.raises(ModuleNotFoundError), at_one_go():
        __import__("no_such_library")
    assert gc.isenabled()
    gc.unfreeze()
