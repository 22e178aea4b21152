"""Commands on the maps of regulations: obligations list, show, explain, diff, lint, test, adopt."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..evidence.errors import LotproofError
from .options import InWorkspace, TextFormat, now, open_workspace
from .signing_options import As, InRole, PreparedBy, Reason

if TYPE_CHECKING:
    from ..evidence.maps import ObligationMap, Requirement
    from ..evidence.warehouse.flips import Flip

app = typer.Typer(help="Work on the maps of regulations.", no_args_is_help=True)
Folders = Annotated[
    list[Path] | None, typer.Argument(help="Folders of maps; default: shipped and own.")
]
Clause = Annotated[str, typer.Argument(help="Such as us-21cfr211:211.84-a, or its number alone.")]


def _maps(folders: list[Path] | None, workspace: Path | None = None) -> list[ObligationMap]:
    """The maps of the folders, or those a workspace is judged by, or the shipped ones."""
    from ..evidence.maps import load_maps, shipped_maps
    from ..evidence.warehouse import chosen_maps

    if folders:
        found_maps = load_maps(folders)
        if not found_maps:
            raise LotproofError(
                found="no map",
                expected="a folder that holds maps, such as obligations/",
                fix="check the name of the folder",
                where=folders[0],
            )
        return found_maps
    try:
        found = open_workspace(workspace)
    except LotproofError:
        if workspace is not None:
            raise
        return shipped_maps()
    return chosen_maps(found)


def _requirements(maps: list[ObligationMap]) -> Iterator[tuple[ObligationMap, Requirement]]:
    for of in maps:
        for requirement in of.requirements:
            yield of, requirement


def find_clause(clause: str, workspace: Path | None) -> tuple[ObligationMap, Requirement]:
    """The clause of that name among the maps of the workspace, or the shipped ones.

    Raises:
        LotproofError: no map has it, or several do.
    """
    found = [
        (of, requirement)
        for of, requirement in _requirements(_maps(None, workspace))
        if clause in (requirement.id, f"{of.map}:{requirement.id}")
    ]
    if len(found) == 1:
        return found[0]
    several = ", ".join(f"{of.map}:{requirement.id}" for of, requirement in found)
    raise LotproofError(
        found=f"clause {clause}, which {'is in several maps' if found else 'no map has'}",
        expected=several or "a clause that lotproof obligations list names",
        fix="write it as map:number",
    )


@app.command(name="list")
def list_obligations(
    output_format: Annotated[TextFormat, typer.Option("--format")] = TextFormat.text,
    workspace: InWorkspace = None,
) -> None:
    """List every clause: map, number, title, severity, and how sure its text is."""
    rows = [
        {
            "clause": f"{of.map}:{r.id}",
            "map": of.map,
            "regime": of.regime,
            "title": r.title,
            "cites": list(r.cites),
            "severity": r.severity,
            "sureness": r.sureness,
            "state": r.state,
        }
        for of, r in _requirements(_maps(None, workspace))
    ]
    if output_format is TextFormat.json:
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    word = {"judged": "", "waits_for": "  (not judged yet)", "attest": "  (attested)"}
    for row in rows:
        about = f"{row['title']}{word[str(row['state'])]}"
        typer.echo(f"{row['clause']:<34} {row['severity']:<8} {about}")
    judged = sum(row["state"] == "judged" for row in rows)
    typer.echo(f"{len(rows)} requirements, {judged} of them judged from data.", err=True)


@app.command()
def show(
    clause: Clause,
    sql: Annotated[bool, typer.Option("--sql", help="The SQL that the last build ran.")] = False,
    workspace: InWorkspace = None,
) -> None:
    """Show one clause: what the law requires, what is checked, and how to close a gap."""
    from ..evidence.maps import explain as in_words

    of, requirement = find_clause(clause, workspace)
    if sql:
        from ..evidence.warehouse import requirement_sql
        from ..reports.readable_sql import readable_sql

        ran = requirement_sql(open_workspace(workspace), of.map, requirement.id)
        clause = f"{of.map}:{requirement.id}"
        typer.echo(readable_sql(ran, clause, in_words(requirement, of)), nl=False)
        return
    cites = "; ".join(requirement.cites)
    lines = {
        "Clause": f"{of.map}:{requirement.id}, {cites}",
        "Title": requirement.title,
        "Requires": requirement.requires,
        "Our control": requirement.control,
        "Rule": in_words(requirement, of),
        "Severity": requirement.severity,
        "Text": {"V": "read", "P": "read in part", "M": "from memory"}[requirement.sureness],
        "To close": requirement.remedy,
    }
    for name, text in lines.items():
        if text:
            typer.echo(f"{name:<12} {' '.join(str(text).split())}")


@app.command()
def explain(
    clause: Clause,
    subject: Annotated[
        str | None,
        typer.Option("--subject", help="And how it came out on it: a lot number or identifier."),
    ] = None,
    workspace: InWorkspace = None,
) -> None:
    """Say the rule of a clause in plain words; with a subject, what decided and what closes it."""
    from ..evidence.maps import explain as in_words

    of, requirement = find_clause(clause, workspace)
    typer.echo(in_words(requirement, of))
    if subject is None:
        return
    from ..evidence.assignments import read_assignments
    from ..evidence.warehouse import open_warehouse
    from ..reports.explained import explain_subject

    found = open_workspace(workspace)
    given = read_assignments(found.root / "register", now())
    name = f"{of.map}:{requirement.id}"
    with open_warehouse(found) as con:
        for line in explain_subject(con, name, subject, found.governance, given):
            typer.echo(line)


@app.command()
def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="A map's file, or its name.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The other version.")],
    verdicts: Annotated[
        bool, typer.Option("--verdicts/--no-verdicts", help="Also judge the last build anew.")
    ] = True,
    output_format: Annotated[TextFormat, typer.Option("--format")] = TextFormat.text,
    workspace: InWorkspace = None,
) -> None:
    """Say what changed between two versions of a map, and which verdicts would flip.

    A name stands for the version the workspace is judged by. Verdicts are compared when there is
    a build; it stays as it is.
    """
    from ..evidence.maps.differences import map_differences
    from ..reports.map_changes import as_json, change_lines, flip_lines

    old, new = _version(before, workspace), _version(after, workspace)
    changes = map_differences(old, new)
    deciding = {change.requirement for change in changes if change.decides}
    flipped = _flips(workspace, old, new, deciding) if verdicts else None
    if output_format is TextFormat.json:
        typer.echo(as_json(changes, flipped))
        return
    for line in (*change_lines(changes), *(flip_lines(flipped) if flipped is not None else ())):
        typer.echo(line)


def _version(name: str, workspace: Path | None) -> ObligationMap:
    """A version of a map: the file, or the one of that name that is judged by."""
    from ..evidence.maps import load_map

    if Path(name).is_file():
        return load_map(Path(name))
    maps = {of.map: of for of in _maps(None, workspace)}
    if name in maps:
        return maps[name]
    raise LotproofError(
        found=f"{name}, which is neither a file nor a map",
        expected=f"a map's file, or one of: {', '.join(sorted(maps))}",
        fix="check the name",
    )


def _flips(
    workspace: Path | None, old: ObligationMap, new: ObligationMap, changed: set[str]
) -> list[Flip] | None:
    """The verdicts that would flip; none to tell outside of a workspace with a build."""
    from ..evidence.warehouse.flips import flips

    try:
        found = open_workspace(workspace)
    except LotproofError:
        if workspace is not None:
            raise
        return None
    if not (found.state_dir / "warehouse.duckdb").is_file():
        typer.echo("No build, so no verdicts to compare", err=True)
        return None
    return flips(found, old, new, changed)


@app.command()
def adopt(
    name: Annotated[str, typer.Argument(metavar="MAP", help="Such as us-21cfr211.")],
    site: Annotated[str, typer.Option("--site", help="The site that adopts it.")],
    person: As, role: InRole, prepared_by: PreparedBy, reason: Reason,
    until: Annotated[str, typer.Option("--until", help="Day of the next review, 2027-12-31.")],
    workspace: InWorkspace = None,
) -> None:  # fmt: skip
    """Adopt a map for a site, in its present text; until then its verdicts are indicative."""
    from ..evidence.decisions import adopt_map
    from ..evidence.warehouse import open_warehouse
    from .register import day, said, signature

    found = open_workspace(workspace)
    signed = signature(person, role, prepared_by, reason)
    with open_warehouse(found) as con:
        digests = dict(
            con.execute("select map_id, min(map_digest) from requirements group by 1").fetchall()
        )
        if name not in digests:
            raise LotproofError(
                found=f"map {name!r}",
                expected=f"one of: {', '.join(sorted(digests))}",
                fix="name a map that the last build was judged by",
            )
        entry = adopt_map(
            con, found.root / "register", found.governance, name, digests[name],
            found.site(site).site_id, day(until, "--until"), signed,
        )  # fmt: skip
    said(entry, f"adopted {name} for {site}, until {until}")


@app.command()
def lint(folders: Folders = None, workspace: InWorkspace = None) -> None:
    """Check maps: words, columns, citations, scenarios, sites without a clause. 1 for faults."""
    from ..evidence.maps.scenarios import load_scenarios, untested

    maps = _maps(folders, workspace)
    lacking = untested(maps, load_scenarios(_scenario_folders(folders, workspace), maps))
    lacking += [str(fault) for fault in _uncovered(maps, workspace)] if not folders else []
    for line in lacking:
        typer.echo(f"▲ {line}")
    count = sum(len(of.requirements) for of in maps)
    typer.echo(f"{len(maps)} maps, {count} requirements, {len(lacking)} faults.")
    if lacking:
        raise typer.Exit(1)


def _uncovered(maps: list[ObligationMap], folder: Path | None) -> Iterator[LotproofError]:
    """What sites of the workspace are regulated as without any of its maps asking about it."""
    from ..evidence.maps.binding import unasked

    try:
        workspace = open_workspace(folder)
    except LotproofError:
        return
    for index, site in enumerate(workspace.sites):
        for word in unasked(site.regulated_as, maps):
            yield LotproofError(
                found=f"site {site.site_id} is regulated as {word}, which no clause covers",
                expected="a map that asks about it",
                fix="name the map under `maps:`, write one, or take the word out",
                where=workspace.where("sites", index, "regulated_as"),
            )


@app.command(name="test")
def run_tests(
    folders: Folders = None,
    clause: Annotated[str | None, typer.Option(help="Only this clause.")] = None,
    workspace: InWorkspace = None,
) -> None:
    """Run the scenarios beside the maps. 1 when a verdict is not the expected one."""
    from ..evidence.maps.scenarios import load_scenarios, run_scenarios

    maps = _maps(folders, workspace)
    scenarios = load_scenarios(_scenario_folders(folders, workspace), maps)
    if clause is not None:
        scenarios = [s for s in scenarios if clause in (s.requirement, f"{s.map}:{s.requirement}")]
    outcomes = run_scenarios(scenarios, maps)
    failed = [outcome for outcome in outcomes if not outcome.passed]
    for outcome in failed:
        typer.echo(f"▲ {outcome}")
    typer.echo(f"{len(outcomes)} scenarios, {len(failed)} failed.")
    if failed or not outcomes:
        raise typer.Exit(1)


def _scenario_folders(folders: list[Path] | None, workspace: Path | None) -> list[Path]:
    if folders:
        return folders
    shipped = Path(str(files("lotproof").joinpath("obligations")))
    own: list[Path] = []
    try:
        own = [open_workspace(workspace).root / "obligations"]
    except LotproofError:
        if workspace is not None:
            raise
    return [shipped, *(folder for folder in own if folder.is_dir())]
