"""What the worker and the bot of earlier days wrote is read by those of today, to the last record."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

from qdrant_client import QdrantClient

from tests.compatibility.dumps import Json, dumped, lacking
from tests.compatibility.reading import KINDS, found, passed_over, taken_over, told
from tests.compatibility.record import WRITTEN
from tests.doubles.ollama import Ollama


def test_something_is_kept_of_earlier_days() -> None:
    assert list(WRITTEN.glob("*.json"))


def test_a_dump_is_loaded_as_it_was(client: QdrantClient, written: Json) -> None:
    again = dumped(client)
    assert again["aliases"] == written["aliases"]
    assert lacking(_payloads(again), _payloads(written)) == lacking(_payloads(written), _payloads(again)) == []


def _payloads(dump: Json) -> Json:
    return {
        name: {point["id"]: point["payload"] for point in collection["points"]}
        for name, collection in dump["collections"].items()
    }


def test_all_that_was_written_is_read(client: QdrantClient, written: Json) -> None:
    assert lacking(told(client, written["written_at"]), written["told"]) == []


def test_a_question_finds_what_it_found_and_nobody_more(client: QdrantClient, written: Json, ollama: Ollama) -> None:
    for search in written["searches"]:
        hits = found(client, ollama.url, written["embedding"]["model"], search["question"], search["groups"])
        assert all(set(hit["audience"]) <= set(search["groups"]) for hit in hits)
        if search["best"]:
            assert lacking(hits[0], search["best"]) == []


def test_a_pass_over_the_same_folder_reads_nothing_anew(
    client: QdrantClient, written: Json, ollama: Ollama, tmp_path: Path
) -> None:
    root = tmp_path / "documents"
    for path, text in written["folder"].items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    before, now, asked = dumped(client), written["written_at"], len(ollama.requests)
    summary, read = passed_over(client, root, ollama.url, written["embedding"]["model"], now + 60)
    hold = written["told"]["hold"]
    assert read == []
    assert [summary[count] for count in ("indexed", "moved", "deleted", "held")] == [0, 0, 0, hold["count"]]
    failed = sum(document["state"] == "failed" for document in written["told"]["documents"].values())
    assert summary["unchanged"] == summary["documents"] - failed
    assert len(ollama.requests) == asked
    # The very same files lie there as others, and the floor has a new measure: nothing else is new.
    assert lacking(_without_prints(dumped(client)), _without_prints(before)) == []


def _without_prints(dump: Json) -> Json:
    dump = deepcopy(dump)
    for name, collection in dump["collections"].items():
        (collection["shape"].get("metadata") or {}).pop("floor", None)
        for point in collection["points"] if "_documents" in name else ():
            del point["payload"]["fingerprint"], point["payload"]["changed_at"]
    return dump


def test_an_open_question_of_a_stopped_process_is_taken_over(client: QdrantClient, written: Json) -> None:
    open_ones = written["told"]["questions"]["open"]
    taken = taken_over(client, written["written_at"])
    assert sorted(taken) == sorted(open_ones)
    for before, claimed, closed in taken.values():
        assert (claimed["state"], claimed["tries"]) == ("taken", before["tries"] + 1)
        assert claimed["claim"] != before["claim"]
        assert (claimed["text"], claimed["user"], claimed["ts"]) == (before["text"], before["user"], before["ts"])
        assert (closed["state"], closed["claim"]) == ("answered", claimed["claim"])
    assert told(client, written["written_at"])["questions"]["open"] == []


def test_every_kind_of_record_is_told(written: Json) -> None:
    assert written["told"].keys() <= KINDS.keys()
    assert all(written["told"].values())


def test_an_old_english_sentence_is_kept_as_it_was_written(client: QdrantClient, written: Json) -> None:
    now = told(client, written["written_at"])
    failures = [
        *(one["failure"] for one in now["documents"].values() if one["failure"]),
        *(one["failure"] for request in now["requests"]["all"].values() for one in request["failed"]),
        *(one["failure"] for one in now["troubles"]),
    ]
    assert {failure["code"] for failure in failures} == {"sentence"}
