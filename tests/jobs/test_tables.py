"""Jobs' tables: a run waits for whoever writes one."""

from __future__ import annotations

import time

import msgspec
import pytest

from conf import lease
from conf.errors import LakeError
from conf.lease import Lease
from conf.site import Site
from jobs import tables
from jobs.tables import LakeTables


def test_a_run_waits_for_a_table_as_long_as_it_is_told(
    either_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "_ASKS_AGAIN_S", 0.05)
    home = either_site.lake / lease.FOLDER / "t"
    home.mkdir(parents=True)
    elsewhere = msgspec.json.encode(Lease("other-machine", 1, "x", time.time() + 0.4))
    (home / "000000000007.json").write_bytes(elsewhere)
    lake = LakeTables(either_site)
    with pytest.raises(LakeError, match="other-machine"), lake.held("t", 0.1):
        pass
    with lake.held("t", 5):
        assert [path.name for path in home.glob("*")] == ["000000000008.json"]
