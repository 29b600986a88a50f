from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
import pytest

from conf.errors import CrawlError
from crawler.packs import PackWriter, Slot, read_body


def read(folder: Path, slot: Slot, body: bytes) -> bytes:
    return read_body(folder, slot, hashlib.sha256(body).hexdigest(), len(body))


def test_bodies_come_back_from_packs_that_roll(tmp_path: Path) -> None:
    bodies = [bytes([number]) * number * 50 for number in range(8)]
    writer = PackWriter(tmp_path, "c1", roll_bytes=40)
    slots = [writer.append(body) for body in bodies]
    writer.checkpoint()()
    assert [read(tmp_path, slot, body) for slot, body in zip(slots, bodies, strict=True)] == bodies
    writer.close()
    assert len({slot.pack for slot in slots}) > 1


def test_a_run_never_writes_behind_what_another_left(tmp_path: Path) -> None:
    first = PackWriter(tmp_path, "c1")
    kept = first.append(b"kept")
    torn = tmp_path / kept.pack
    first.close()
    torn.write_bytes(torn.read_bytes() + b"\x28\xb5\x2f\xfd torn frame")
    second = PackWriter(tmp_path, "c1")
    slot = second.append(b"new")
    second.close()
    assert slot.pack != kept.pack
    assert read(tmp_path, kept, b"kept") == b"kept"
    assert read(tmp_path, slot, b"new") == b"new"


def test_a_checkpoint_may_run_after_the_pack_is_closed(tmp_path: Path) -> None:
    writer = PackWriter(tmp_path, "c1")
    writer.append(b"x")
    force = writer.checkpoint()
    writer.close()
    force()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"offset": 2}, "cannot be read"),
        ({"length": 5}, "cannot be read"),
        ({"pack": "c1/00009.pack"}, "cannot be read"),
        ({"pack": "../outside.pack"}, "must lie under"),
    ],
)
def test_a_wrong_place_is_told(tmp_path: Path, change: dict[str, object], says: str) -> None:
    writer = PackWriter(tmp_path / "packs", "c1")
    slot = writer.append(b"body of a page")
    writer.close()
    with pytest.raises(CrawlError, match=says):
        read(tmp_path / "packs", msgspec.structs.replace(slot, **change), b"body of a page")


def test_another_body_in_its_place_is_told(tmp_path: Path) -> None:
    writer = PackWriter(tmp_path, "c1")
    slot = writer.append(b"one body")
    writer.close()
    with pytest.raises(CrawlError, match="is not the one that was captured"):
        read(tmp_path, slot, b"another!")


def test_a_full_disk_is_told_in_one_line(tmp_path: Path) -> None:
    writer = PackWriter(Path("/dev/full"), "c1")
    with pytest.raises(CrawlError, match="mend that and run the same command again"):
        writer.append(b"x")
    assert not list(tmp_path.iterdir())
