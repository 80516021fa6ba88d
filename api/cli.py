"""The command line: `throughline` and its commands. Each command's module is imported when used."""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from api.terminal import note

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON alone on standard output.")]
LearnerArgument = Annotated[str, typer.Argument(help="The learner's id; never a name.")]
OnOption = Annotated[
    str | None, typer.Option(help="The day in the world, as 2025-03-14. [default: today]")
]
KnownOption = Annotated[
    str | None,
    typer.Option(
        help="Up to when the record is known: a day, a time or a position. [default: now]"
    ),
]


class Commands(TyperGroup):
    """Tells an expected fault in a sentence on standard error, and ends with its exit code."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            from api.faults import explain

            fault = explain(error)
            if fault is None:
                raise
            note(str(fault))
            raise typer.Exit(fault.code) from None


app = typer.Typer(
    name="throughline",
    cls=Commands,
    help="The whole history of a learner's profile. Settings come from the environment: "
    "see docs/settings.md.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # its traceback would print values, and so a person's data
)
import_app = typer.Typer(help="Bring in what other systems hold.", no_args_is_help=True)
app.add_typer(import_app, name="import")
generations_app = typer.Typer(
    help="Build what people read anew beside what serves, and switch to it.", no_args_is_help=True
)
app.add_typer(generations_app, name="generations")


@app.command()
def demo(
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="Port on 127.0.0.1. [default: THROUGHLINE_PORT]"),
    ] = None,
    home: Annotated[
        Path | None,
        typer.Option(help="Directory of its database and keys. [default: THROUGHLINE_HOME]"),
    ] = None,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Make the district, then end.")] = (
        False
    ),
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Delete the demo's database and keys first.")
    ] = False,
) -> None:
    """Make a district of made-up learners and serve it on this machine."""
    from api import commands_demo

    commands_demo.demo(port=port, home=home, no_serve=no_serve, fresh=fresh)


@app.command()
def serve(
    host: Annotated[
        str | None, typer.Option(help="Loopback address. [default: THROUGHLINE_HOST]")
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port. [default: THROUGHLINE_PORT]")
    ] = None,
    with_worker: Annotated[
        bool, typer.Option("--with-worker", help="Do the work of `worker` in this process too.")
    ] = False,
) -> None:
    """Serve the API and the pages until stopped."""
    from api import commands_serve

    commands_serve.serve(host=host, port=port, with_worker=with_worker)


@app.command()
def worker() -> None:
    """Keep the projections up to date and run the jobs of the clock, until stopped."""
    from api import commands_worker

    commands_worker.worker()


@app.command()
def migrate(
    *,
    change_zone: Annotated[
        bool,
        typer.Option("--change-zone", help="Let the district's days be those of THROUGHLINE_ZONE."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Bring the database up to date and make the district. Safe to repeat."""
    from api import commands_data

    commands_data.migrate(change_zone=change_zone, as_json=as_json)


@app.command()
def rebuild(as_json: JsonOption = False) -> None:
    """Fold what people read anew from the events, beside what serves; then switch to it."""
    from api import commands_data

    commands_data.rebuild(as_json=as_json)


@app.command()
def replay(
    learner: LearnerArgument,
    *,
    on: OnOption = None,
    known: KnownOption = None,
    kind: Annotated[str, typer.Option(help="profile, timeline, goals or consents.")] = "profile",
    as_json: JsonOption = False,
) -> None:
    """Show what held of a learner on a day, as known now or at an earlier moment."""
    from api import commands_replay

    commands_replay.replay(learner, commands_replay.Place(on, known), kind, as_json=as_json)


@app.command()
def cohort(
    *,
    school: Annotated[str | None, typer.Option(help="Code of a school.")] = None,
    grade: Annotated[str | None, typer.Option(help="Code of a grade.")] = None,
    class_: Annotated[str | None, typer.Option("--class", help="Code of a class.")] = None,
    learners: Annotated[
        Path | None, typer.Option(help="A file with a learner's id on every line.")
    ] = None,
    on: OnOption = None,
    known: KnownOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what held of every learner of a school, grade or class on a day."""
    from api import commands_replay

    groups = {"school": school, "grade": grade, "class": class_}
    commands_replay.cohort(groups, learners, commands_replay.Place(on, known), as_json=as_json)


@app.command()
def compare(
    learner: LearnerArgument,
    *,
    on: OnOption = None,
    known: KnownOption = None,
    other_on: Annotated[
        str | None, typer.Option(help="The later day, or the same. [default: today]")
    ] = None,
    other_known: Annotated[
        str | None, typer.Option(help="Up to when it is known there. [default: now]")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show what differs of a learner between two days, or between two moments of knowledge."""
    from api import commands_replay

    commands_replay.compare(
        learner,
        commands_replay.Place(on, known),
        commands_replay.Place(other_on, other_known, "other-"),
        as_json=as_json,
    )


@import_app.command("csv")
def import_csv(
    file: Annotated[Path, typer.Argument(help="The table.")],
    mapping: Annotated[Path, typer.Option(help="The YAML file that says what its rows become.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Decide every row and record none.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Record what a mapping makes of a table. Safe to repeat: a second run adds nothing."""
    from api import commands_data

    commands_data.import_csv(file, mapping, dry_run=dry_run, as_json=as_json)


@generations_app.command("status")
def generations_status(as_json: JsonOption = False) -> None:
    """Say which generation serves, which one did before, and which one is being built."""
    from api import commands_generations

    commands_generations.status(as_json=as_json)


@generations_app.command("build")
def generations_build(as_json: JsonOption = False) -> None:
    """Build a generation from the events; the one that serves goes on serving."""
    from api import commands_generations

    commands_generations.build(as_json=as_json)


@generations_app.command("switch")
def generations_switch(as_json: JsonOption = False) -> None:
    """Let the generation that was built serve, at once."""
    from api import commands_generations

    commands_generations.switch(as_json=as_json)


@generations_app.command("rollback")
def generations_rollback(as_json: JsonOption = False) -> None:
    """Let the generation that served before serve again, at once."""
    from api import commands_generations

    commands_generations.rollback(as_json=as_json)


@app.command()
def doctor(as_json: JsonOption = False) -> None:
    """Say what is wrong with this installation and how to mend it."""
    from api import commands_doctor

    commands_doctor.doctor(as_json=as_json)


@app.command()
def bench(
    name: Annotated[str, typer.Argument(help="Which measurement, or `all`.")],
    writers: Annotated[int | None, typer.Option(min=1, help="For append: how many write.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure this machine; one JSON object for each measurement."""
    from api import commands_data

    commands_data.bench(name, writers=writers, as_json=as_json)
