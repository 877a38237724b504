"""Mirror data: flows and ratios equal a recount, flow codes are added once, layouts are recognised, caveats are
said.
"""

from __future__ import annotations

import csv
import io
import json
import random
import statistics
from pathlib import Path
from typing import Any

import ibis
import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from tidewaiter.trade.engines import engine, watched
from tidewaiter.trade.mirror.mirror_data import MirrorParameters
from tidewaiter.trade.mirror.mirror_run import Reported, compare
from tidewaiter.trade.mirror.packed_flows import REASONS, number_of_country, number_of_product, packed, unpacked

pytestmark = pytest.mark.django_db
ISO3 = {"KE": "KEN", "CN": "CHN", "DE": "DEU", "US": "USA", "SG": "SGP", "UG": "UGA"}
HEADS = "reporterISO,partnerISO,flowCode,cmdCode,refYear,primaryValue,netWgt,motCode,partner2Code,customsCode\n"


def _comtrade(path: Path, seed: int = 4) -> tuple[Path, dict[tuple[str, str, str, int], dict[str, float]]]:
    """Two sides of the trade of six countries, and what they say, by flow."""
    chance = random.Random(seed)
    said: dict[tuple[str, str, str, int], dict[str, float]] = {}
    lines = []
    for exporter in ISO3:
        for importer in ISO3:
            if exporter == importer:
                continue
            for product in ("010121", "640411", "854231"):
                for year in (2022, 2023):
                    value, weight = chance.uniform(1000, 90000), chance.uniform(10, 900)
                    one: dict[str, float] = {}
                    if chance.random() < 0.85:
                        one |= {"x": round(value, 2), "xw": round(weight, 1)}
                        if chance.random() < 0.2:
                            one["rx"] = round(value * 0.3, 2)
                    if chance.random() < 0.85:
                        one |= {
                            "m": round(value * chance.choice((1.06, 1.1, 2.5, 0.3)), 2),
                            "mw": round(weight * chance.choice((1, 1, 3)), 1),
                        }
                    if not one:
                        continue
                    said[exporter, importer, product, year] = one
                    for flow, side in (("X", "x"), ("RX", "rx"), ("M", "m")):
                        if side not in one:
                            continue
                        who, whom = (importer, exporter) if flow == "M" else (exporter, importer)
                        weight_said = one.get({"X": "xw", "M": "mw"}.get(flow, ""), "")
                        lines.append(
                            f"{ISO3[who]},{ISO3[whom]},{flow},{product},{year},{one[side]},{weight_said},0,0,C00"
                        )
    lines += [
        "KEN,W00,M,640411,2022,999999,1,0,0,C00",
        "KEN,_X,M,640411,2022,5,1,0,0,C00",
        "KEN,CHN,RM,640411,2022,50,1,0,0,C00",
        "KEN,CHN,DX,640411,2022,50,1,0,0,C00",
        "KEN,CHN,M,640411,2022,77,1,2100,0,C00",
        "KEN,CHN,M,64,2022,88,1,0,0,C00",
        "KEN,CHN,M,TOTAL,2022,99,1,0,0,C00",
        "KEN,KEN,M,640411,2022,11,1,0,0,C00",
        "ZZQ,CHN,M,640411,2022,11,1,0,0,C00",
        "KEN,CHN,M,640411,2022,,1,0,0,C00",
        "KEN,CHN,MIP,640411,2022,12,1,0,0,C00",
    ]
    path.write_text(HEADS + "\n".join(lines) + "\n")
    return path, said


def _by_flow(work: Path) -> dict[tuple[str, str, str, int], dict[str, Any]]:
    rows = pq.read_table(work / "flows.parquet").to_pylist()
    return {(row["exporter"], row["importer"], row["product"], row["year"]): row for row in rows}


def test_flows_ratios_and_gaps_equal_a_recount(tmp_path: Path) -> None:
    path, said = _comtrade(tmp_path / "c.csv")
    found = compare(Reported(path), tmp_path / "w", MirrorParameters())
    rows = _by_flow(tmp_path / "w")
    assert set(rows) == set(said)
    ratios, weights, gaps = [], [], 0
    for key, one in said.items():
        factor = 1.0 if key[1] == "US" else 1.06
        imported = one["m"] / factor if "m" in one else None
        exported = one["x"] - one.get("rx", 0.0) if "x" in one else None
        row = rows[key]
        assert row["matched"] == (imported is not None and exported is not None)
        if not row["matched"]:
            assert row["value_ratio"] is None
            assert row["kind"] is None
            continue
        assert imported is not None
        assert exported is not None
        ratios.append(imported / exported)
        weights.append(one["mw"] / one["xw"])
        assert row["value_ratio"] == pytest.approx(ratios[-1])
        assert row["gap"] == pytest.approx(imported - exported)
        if abs(imported - exported) / max(imported, exported) >= 0.5:
            gaps += 1
            assert row["kind"] == ("value" if 0.8 <= weights[-1] <= 1.25 else "quantity")
    assert (found.flows, found.matched, found.gaps) == (len(said), len(ratios), gaps)
    assert found.matched_share == pytest.approx(len(ratios) / len(said), abs=1e-5)
    assert found.median_value_ratio == pytest.approx(statistics.median(ratios), abs=1e-5)
    assert found.median_weight_ratio == pytest.approx(statistics.median(weights), abs=1e-5)
    apart = [row for row in rows.values() if row["matched"] and not row["entrepot"]]
    assert found.importers_more == pytest.approx(sum(row["gap"] for row in apart if row["gap"] > 0), rel=1e-6)
    assert found.exporters_more == pytest.approx(-sum(row["gap"] for row in apart if row["gap"] < 0), rel=1e-6)
    assert found.entrepot_flows == sum("SG" in key[:2] for key in said)


def test_what_is_inside_another_row_is_not_added(tmp_path: Path) -> None:
    path, said = _comtrade(tmp_path / "c.csv")
    found = compare(Reported(path), tmp_path / "w", MirrorParameters(net_re_exports=False))
    assert found.dropped == {
        "another_flow": 2,
        "another_level": 2,
        "breakdown": 1,
        "itself": 1,
        "no_country": 1,
        "no_value": 1,
        "re_import": 1,
        "unknown_country": 1,
        "world": 1,
    }
    for key, row in _by_flow(tmp_path / "w").items():
        assert row["exported"] == pytest.approx(said[key]["x"]) if "x" in said[key] else row["exported"] is None
    assert found.caveats


def test_a_table_of_factors_says_most_for_what_it_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, _said = _comtrade(tmp_path / "c.csv")
    table = tmp_path / "factors.csv"
    table.write_text("importer,exporter,product,factor\n,,,1.08\nKEN,,,1.2\nKenya,China,64,1.5\n")
    call_command("mirror", str(path), output=str(tmp_path / "all"), cif_fob=str(table), format="json")
    answer = json.loads(capsys.readouterr().out)
    rows = pq.read_table(tmp_path / "all" / "flows.parquet").to_pylist()
    factors = {(row["exporter"], row["importer"], row["product"][:2]): row["factor"] for row in rows}
    assert factors["CN", "KE", "64"] == 1.5
    assert factors["CN", "KE", "85"] == 1.2
    assert factors["CN", "DE", "64"] == 1.08
    assert factors["CN", "US", "64"] == 1.0, "imports of the United States are published FOB"
    assert json.loads((tmp_path / "all" / "report.json").read_text())["flows"] == answer["flows"]
    assert {one.name for one in (tmp_path / "all").iterdir()} == {
        "flows.parquet",
        "report.json",
        "by_pair.csv",
        "by_product.csv",
        "by_year.csv",
        "by_pair_year.csv",
    }


def test_wits_and_baci_are_recognised(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wits = tmp_path / "wits.csv"
    wits.write_text(
        "Nomenclature;ReporterISO3;ProductCode;ReporterName;PartnerISO3;PartnerName;Year;TradeFlowName;"
        "TradeFlowCode;TradeValue in 1000 USD\n"
        "NC;KEN; Total;Kenya;DEU;Germany;2009;Import;5;10.6\n"
        "NC;DEU; Total;Germany;KEN;Kenya;2009;Export;6;10\n"
        "NC;KEN; Total;Kenya;WLD;World;2009;Import;5;99\n"
        "NC;DEU; Total;Germany;ROM;Romania;2009;Export;6;7\n"
    )
    call_command("mirror", str(wits), output=str(tmp_path / "w.csv"), format="json")
    answer = json.loads(capsys.readouterr().out)
    assert (answer["flows"], answer["matched"], answer["dropped"]) == (2, 1, {"world": 1})
    with (tmp_path / "w.csv").open() as file:
        row, alone = csv.DictReader(file)
    assert (float(row["imported"]), float(row["value_ratio"]), float(row["harmonised"])) == (
        10600.0,
        pytest.approx(1.0),
        10600.0,
    )
    assert (alone["importer"], float(alone["harmonised"])) == ("RO", 7000.0), (
        "where the importer says nothing, the exporter does"
    )
    baci = tmp_path / "baci.csv"
    baci.write_text("t,i,j,k,v,q\n2022,156,404,10121,12.5,3\n2022,842,404,640411,1,NA\n")
    call_command("mirror", str(baci), output=str(tmp_path / "b.csv"), format="json")
    answer = json.loads(capsys.readouterr().out)
    assert (answer["flows"], answer["matched"], answer["median_value_ratio"]) == (2, 0, None), (
        "one value a flow has no mirror"
    )
    with (tmp_path / "b.csv").open() as file:
        assert {(one["exporter"], one["importer"], one["product"]) for one in csv.DictReader(file)} == {
            ("CN", "KE", "010121"),
            ("US", "KE", "640411"),
        }


def _far(tmp_path: Path) -> tuple[Path, Path, dict[tuple[str, str], float]]:
    """Trade of countries at known distances, whose imports are dearer by 5 % and 2 % a thousand
    kilometres more; every fifth flow is falsified.
    """
    chance = random.Random(11)
    countries = ("KE", "CN", "DE", "IN", "UG", "BR", "JP", "FR", "EG", "CL")
    lines, far, true = [], [], {}
    for exporter in countries:
        for importer in countries:
            if exporter == importer:
                continue
            km = 500 * (1 + (countries.index(exporter) * 7 + countries.index(importer) * 3) % 19)
            true[exporter, importer] = 1.05 * (1 + 0.02 * km / 1000)
            far.append(f"{exporter};{importer};{int(km < 1000)};{km}")
            for product in range(10):
                value = chance.uniform(1000, 90000)
                false = chance.choice((3.0, 0.2)) if product % 5 == 0 else chance.uniform(0.98, 1.02)
                imported = value * true[exporter, importer] * false
                lines += [
                    f"{exporter},{importer},X,64{product:02}11,2022,{value:.2f},,0,0,C00",
                    f"{importer},{exporter},M,64{product:02}11,2022,{imported:.2f},,0,0,C00",
                ]
    path, table = tmp_path / "far.csv", tmp_path / "dist.csv"
    path.write_text(HEADS + "\n".join(lines) + "\n")
    table.write_text("iso_o;iso_d;contig;dist\n" + "\n".join(far) + "\n")
    return path, table, true


def test_the_factor_is_estimated_from_distances_in_spite_of_falsified_flows(tmp_path: Path) -> None:
    path, table, true = _far(tmp_path)
    found = compare(Reported(path, distances=table), tmp_path / "w", MirrorParameters())
    assert found.margins is not None
    assert (found.margins["flows"], found.margins["same_goods"]) == (810, False), "Brazil publishes imports FOB"
    for (exporter, importer, _product, _year), row in _by_flow(tmp_path / "w").items():
        asked = 1.0 if importer == "BR" else true[exporter, importer]
        assert row["factor"] == pytest.approx(asked, rel=0.025)
    assert found.gaps == 180, "each fifth flow and no other"
    assert [one["factor"] for one in found.sensitivity] == [1.0, 1.06, 1.1]
    by_constant = compare(Reported(path), tmp_path / "w", MirrorParameters(factor=1.1))
    assert found.sensitivity[2] | {"factor": 0} == {"factor": 0} | {
        name: getattr(by_constant, name) for name in found.sensitivity[2] if name != "factor"
    }


def test_editions_are_compared_by_families_of_codes(tmp_path: Path) -> None:
    path, table = tmp_path / "c.csv", tmp_path / "codes.csv"
    path.write_text(
        HEADS.replace("customsCode", "customsCode,classificationCode")
        + (
            "CHN,KEN,X,854231,2022,60,,0,0,C00,H6\n"
            "CHN,KEN,X,854232,2022,40,,0,0,C00,H6\n"
            "KEN,CHN,M,854230,2022,106,,0,0,C00,H5\n"
        )
        + "CHN,KEN,X,640411,2022,10,,0,0,C00,H6\nKEN,CHN,M,640411,2022,10.6,,0,0,C00,H5\n"
    )
    table.write_text("HS2022,HS2017\n854231,854230\n854232,854230\n640411,640411\n10121,10121\n")
    apart = compare(Reported(path), tmp_path / "w", MirrorParameters())
    assert (apart.flows, apart.matched, apart.mixed_editions) == (4, 1, 1)
    found = compare(Reported(path, correspondence=table), tmp_path / "w", MirrorParameters())
    assert (found.flows, found.matched, found.families) == (2, 2, 2)
    assert {row["product"]: row["value_ratio"] for row in _by_flow(tmp_path / "w").values()} == {
        "854230": pytest.approx(1.0),
        "640411": pytest.approx(1.0),
    }


@pytest.mark.parametrize(
    ("content", "said", "code"),
    [
        ("a,b\n1,2\n", {}, "missing_column"),
        (f"{HEADS}KEN,W00,M,640411,2022,1,1,0,0,C00\n", {}, "no_rows"),
        (f"{HEADS}KEN,CHN,M,640411,2022,1,1,0,0,C00\n", {"cif_fob": "9"}, "factor"),
        (f"{HEADS}KEN,CHN,M,640411,2022,1,1,0,0,C00\n", {"cif_fob": "no.csv"}, "unreadable"),
        (f"{HEADS}KEN,CHN,M,640411,2022,1,1,0,0,C00\n", {"relative": 3.0}, "parameters"),
        (f"{HEADS}KEN,CHN,M,640411,2022,1,1,0,0,C00\n", {"distances": "no.csv"}, "no_file"),
        (f"{HEADS}KEN,CHN,M,640411,2022,1,1,0,0,C00\n", {"correspondence": "no.csv"}, "no_file"),
    ],
)
def test_what_cannot_be_compared_ends_with_the_reason(
    tmp_path: Path, content: str, said: dict[str, Any], code: str
) -> None:
    path = tmp_path / "d.csv"
    path.write_text(content)
    out = io.StringIO()
    with pytest.raises(CommandError) as ended:
        call_command("mirror", str(path), **{"output": str(tmp_path / "o.csv"), "format": "json", "stdout": out} | said)
    assert ended.value.returncode == 2
    assert json.loads(out.getvalue())["error"] == code


_letters = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2)
_flows = st.tuples(
    _letters,
    _letters,
    st.text("0123456789", min_size=6, max_size=6) | st.just("TOTAL"),
    st.integers(0, 9999),
    st.sampled_from(("", *REASONS)),
)


@given(st.lists(_flows, min_size=1, max_size=30))
@settings(max_examples=25, deadline=None)
def test_the_number_of_a_flow_says_the_flow_and_keeps_the_order(flows: list[tuple[str, str, str, int, str]]) -> None:
    said = [
        {
            "a": number_of_country(a),
            "b": number_of_country(b),
            "p": number_of_product(p),
            "y": year,
            "why": why,
            "as": (a, b, p, year),
        }
        for a, b, p, year, why in flows
    ]
    table = ibis.memtable(
        [{key: one[key] for key in ("a", "b", "p", "y", "why")} | {"at": at} for at, one in enumerate(said)]
    )
    found = unpacked(table.mutate(flow=packed(table.a, table.b, table.p, table.y, table.why))).order_by("flow", "at")
    rows = found.to_pyarrow().to_pylist()
    left_out = [row for row in rows if row["flow"] < 0]
    assert sorted(REASONS[-row["flow"] - 1] for row in left_out) == sorted(why for *_flow, why in flows if why)
    kept = [(row["exporter"], row["importer"], row["product"], row["year"]) for row in rows if row["flow"] >= 0]
    assert kept == sorted(
        (flow[:4] for flow in flows if not flow[4]),
        key=lambda flow: (*flow[:2], "" if flow[2] == "TOTAL" else flow[2], flow[3]),
    )


@pytest.mark.parametrize("code", ["", "K", "KEN", "kE", "K1", "ÄÖ", "EU "])
def test_what_is_no_country_has_no_number(code: str) -> None:
    assert number_of_country(code) == -1


@pytest.mark.parametrize("code", ["", "61x910", "-10910", "123456789", "٣٤٥٦٧٨"])
def test_what_is_no_product_has_no_number(code: str) -> None:
    assert number_of_product(code) == -1


def test_two_results_lie_side_by_side_by_command(tmp_path: Path) -> None:
    path, _said = _comtrade(tmp_path / "c.csv")
    for name, relative in (("wide", "0.2"), ("narrow", "0.6")):
        call_command(
            "mirror",
            str(path),
            "-o",
            str(tmp_path / name),
            "--relative",
            relative,
            stdout=io.StringIO(),
            stderr=io.StringIO(),
        )
    out = io.StringIO()
    call_command("compare_results", str(tmp_path / "wide"), str(tmp_path / "narrow"), "--format", "json", stdout=out)
    found = json.loads(out.getvalue())
    listed = [{key for key, row in _by_flow(tmp_path / name).items() if row["kind"]} for name in ("wide", "narrow")]
    assert found["figures"]["gaps"] == [len(one) for one in listed]
    assert found["rows"] == {"both": len(listed[1]), "first": len(listed[0] - listed[1]), "second": 0}
    assert "matched" not in found["figures"]
    call_command("compare_results", str(tmp_path / "wide"), str(tmp_path / "narrow"), stdout=out)
    assert "gaps_by_kind.value" in out.getvalue()
    with pytest.raises(CommandError) as refused:
        call_command("compare_results", str(tmp_path / "wide"), str(tmp_path), stdout=io.StringIO())
    assert refused.value.returncode == 2


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_a_bar_and_a_file_sees_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, _said = _comtrade(tmp_path / "c.csv")
    monkeypatch.setattr("tidewaiter.trade.engines.EVERY", 0.0001)
    seen: dict[type, str] = {}
    for stream in (_Terminal(), io.StringIO()):
        call_command("mirror", str(path), "-o", str(tmp_path / "out"), stdout=io.StringIO(), stderr=stream)
        seen[type(stream)] = stream.getvalue()
    assert "Comparing both sides" in seen[_Terminal]
    assert "Comparing both sides" in seen[io.StringIO]
    assert "\r" not in seen[io.StringIO]
    assert seen[_Terminal].endswith("\r\033[K")


def test_how_far_a_statement_is_is_told_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tidewaiter.trade.engines.EVERY", 0.02)
    heard: list[float] = []
    connection = engine("duckdb", "1GB", tmp_path)
    rows, most = 2_000_000, 40_000_000
    while len({*heard}) < 2 and rows <= most:  # a machine may be fast
        heard.clear()
        connection.raw_sql(f"CREATE OR REPLACE TABLE numbers AS SELECT i FROM range({rows}) t(i)")
        with watched(connection, heard.append):
            connection.raw_sql("SELECT max(sin(i) * cos(i) * tan(i) * ln(i + 1)) FROM numbers").fetchall()
        rows *= 4
    assert heard == sorted(heard)
    assert len({*heard}) >= 2
    assert all(0 <= share <= 1 for share in heard)
