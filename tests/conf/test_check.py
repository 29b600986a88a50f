"""`countermark conf check` tells every fault of every file at once, one line each."""

from __future__ import annotations

from typing import Any


def test_a_sound_conf_has_no_fault(conf: Any) -> None:
    done = conf.check()
    assert done.returncode == 0, done.stdout
    assert "brands" in done.stdout
    assert "conf: " not in done.stdout
    assert done.stderr == ""


def test_every_fault_is_told_at_once_in_a_line_that_names_the_file(conf: Any) -> None:
    conf.text("brands/chisel.yaml", "key: chisel\nname: [unclosed\n")
    conf.edit("brands/fennel.yaml", colour="green")
    conf.edit("brands/vyq.yaml", marks=None)
    conf.text("brands/jyn.yaml", b"key: j\xffn\n")
    conf.text("brands/rovu9.yaml", "")
    conf.edit("platforms/bazaar.yaml", kinds={"listing": "/item/(?P<id>["})
    conf.edit("platforms/kiosk.yaml", name="kiosque")
    conf.text("platforms/plaza.yaml", "name: plaza\ntitle: one\ntitle: two\n")
    conf.edit("sites/local.yaml", spark={"master": "local[2]", "memory": "8g"})
    conf.text("lexicons/fr.yaml", "language: fr\nwords:\n  nonsense: [a]\n")
    conf.change("tables/refused.yaml", "physicalType: date", "physicalType: datum")
    conf.change("tables/listing_scores.yaml", "listings: listing_key", "listing: listing_key")
    conf.change("currencies.yaml", "USD: 1", "USD: -1")
    conf.edit("countries.yaml", Atlantis=["atlantis"])
    done = conf.check()
    told = {
        line.split("/conf/", 1)[1].split(" ", 1)[0].strip(":"): line
        for line in done.stdout.splitlines()
        if line.startswith("conf: ")
    }
    expected = {
        "brands/chisel.yaml": "is not YAML",
        "brands/fennel.yaml": "unknown field `colour`",
        "brands/vyq.yaml": "missing required field `marks`",
        "brands/jyn.yaml": "is not UTF-8 (byte 6)",
        "brands/rovu9.yaml": "Expected `object`, got `null`",
        "platforms/bazaar.yaml": "kinds.listing is no regular expression",
        "platforms/kiosk.yaml": "name is 'kiosque'; it must be the file's name, 'kiosk'",
        "platforms/plaza.yaml": "the field 'title' stands twice",
        "sites/local.yaml": "unknown field `memory`",
        "lexicons/fr.yaml": "nonsense",
        "tables/refused.yaml": "(datum) is of no type",
        "tables/listing_scores.yaml": "increment names 'listing', which is no table",
        "currencies.yaml": "the rate of USD must be over 0",
        "countries.yaml": "'Atlantis' is no code of a country",
    }
    assert done.returncode == 1
    assert done.stderr == ""
    assert {name for name, said in expected.items() if said in told.get(name, "")} == set(expected)
    assert set(told) == set(expected)
    assert sum(line.startswith("conf: ") for line in done.stdout.splitlines()) == len(expected)


def test_what_reads_well_and_says_nonsense_is_told_too(conf: Any) -> None:
    brand = "brands/velmorin.yaml"
    conf.change(brand, "amount: 8950.0", "amount: 0")
    conf.change(brand, "currency: EUR", "currency: EUX")
    conf.change(brand, "gtin: '2001000079193'", "gtin: '2001000079194'")
    conf.change(brand, "file: photos/velmorin/corsa.jpg", "file: photos/velmorin/none.jpg")
    conf.change(brand, "- harbor:velmorin-official", "- velmorin-official")
    conf.change(brand, "country: CH", "country: Switzerland")
    conf.edit("platforms/harbor.yaml", pages="harbour", currency="GOLD")
    conf.edit("platforms/aurora.yaml", hosts=["127.0.0.1:1"], ready_selector=None)
    told = conf.faults()
    assert f"{brand}: abyss-300: the price in US must be over 0" in told
    assert f"{brand}: abyss-300: gtin 2001000079194 has a wrong length or check digit" in told
    assert f"{brand}: corsa: photo photos/velmorin/none.jpg is missing" in told
    assert f"{brand}: own_shops: velmorin-official must be platform:seller_id" in told
    expected = [
        f"{brand}: country: Switzerland is no code of a country",
        f"{brand}: abyss-300: currency EUX has no rate",
        "platforms/harbor.yaml: pages: there is no crawler/pages/harbour.py",
        "platforms/harbor.yaml: currency GOLD has no rate",
        "platforms/aurora.yaml: needs_browser wants ready_selector",
        "platforms/aurora.yaml: http://127.0.0.1",
    ]
    assert [one for one in expected if not any(fault.startswith(one) for fault in told)] == []
    assert len(told) == 10


def test_two_brands_cannot_claim_one_mark(conf: Any) -> None:
    conf.change("brands/vyq.yaml", "marks:\n", "marks:\n- VELMORIN\n")
    (fault,) = conf.faults()
    assert fault.endswith("velmorin and vyq both claim the mark 'velmorin'")
