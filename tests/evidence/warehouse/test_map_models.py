"""Rules reach dbt as text inside Jinja inside SQL; nothing they say gets out of its literal."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2.sandbox import SandboxedEnvironment

from lotproof.evidence.maps import compile_map, load_map
from lotproof.evidence.warehouse import open_worlds
from lotproof.evidence.warehouse.map_models import generated_models, map_model, map_statements

from .small_worlds import AS_OF, PERIOD, World, small_map

ODD = "'; drop table verdicts; -- {{ 1 }} {% raw %} \\ \" %} }} \n-- next statement\n€ <script>"


def _as_dbt_reads(model: str) -> str:
    environment = SandboxedEnvironment()
    return environment.from_string(model).render(config=lambda **_: "", ref=lambda name: name)


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_any_text_comes_through_jinja_and_sql_as_it_was(text: str) -> None:
    sql = _as_dbt_reads(map_model({"map": text, "requirements": []}))
    literal = sql.split("where map_id = ", 1)[1].rsplit("\ngroup by", 1)[0]
    with duckdb.connect() as con:
        found = con.execute(f"select {literal}").fetchone()

    assert found == (text.replace("\r\n", "\n").replace("\r", "\n"),)


def test_the_maps_judged_are_waited_for() -> None:
    models = generated_models([{"map": "b-map", "requirements": []}, {"map": "a"}])

    assert sorted(models) == ["a.sql", "b_map.sql", "judged_maps.sql"]
    assert "ref('a')" in models["judged_maps.sql"]
    assert "ref('b_map')" in models["judged_maps.sql"]


@pytest.fixture(scope="module")
def odd_map(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    import yaml

    rule = {
        "title": ODD,
        "requires": ODD,
        "remedy": ODD,
        "applies": {"lot.lot_number": [ODD, "L"]},
        "expect": [{"event": "release", "where": {"event.reason_code": ODD}}],
    }
    file = tmp_path_factory.mktemp("odd") / "odd.yml"
    file.write_text(yaml.safe_dump(small_map("odd", {"1": rule}), allow_unicode=True))
    return compile_map(load_map(file))


def test_odd_words_of_maps_and_data_stay_words(odd_map: dict[str, Any]) -> None:
    world = World("odd").event("release", "10", reason_code=ODD).lot("<script>")
    world.event("release", "11", "<script>", reason_code="=cmd")

    with open_worlds(world.tables, [odd_map], PERIOD, AS_OF) as judged:
        rows = judged.rows("select subject_id, state, title from verdict_list order by subject_id")

    assert [(row["subject_id"], row["state"]) for row in rows] == [
        ("odd/<script>", "not_applicable"),
        ("odd/L", "met"),
    ]
    assert rows[0]["title"].split() == ODD.split()


def test_what_is_found_goes_into_tables_that_are_not_made_by_a_query(
    odd_map: dict[str, Any],
) -> None:
    made = [text for text in map_statements(odd_map) if "create or replace temporary" in text]

    names = [text.partition("temporary table ")[2].partition(" ")[0] for text in made]
    assert names == ["bound_sites", "scopes", "findings"]
    assert not any("select" in text for text in made)
