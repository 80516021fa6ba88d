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
token_app = typer.Typer(help="Tokens for the programs that speak the API.", no_args_is_help=True)
app.add_typer(token_app, name="token")
person_app = typer.Typer(help="Who has which role and assignment.", no_args_is_help=True)
app.add_typer(person_app, name="person")
PersonArgument = Annotated[str, typer.Argument(help="The person's id.")]
FromOption = Annotated[
    str | None, typer.Option("--from", help="First day it holds. [default: today]")
]
UntilOption = Annotated[
    str | None, typer.Option("--until", help="First day it no longer holds. [default: open]")
]


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
        str | None, typer.Option(help="Address to listen on. [default: THROUGHLINE_HOST]")
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


@token_app.command("create")
def token_create(
    *,
    person: Annotated[str, typer.Option(help="Id of the person or program it is for.")],
    scope: Annotated[list[str], typer.Option(help="read, write, export or admin; once for each.")],
    expires: Annotated[str, typer.Option(help="The day from which it works no more: 2027-01-01.")],
    name: Annotated[str, typer.Option(help="What it is for, for the list.")] = "API client",
    as_json: JsonOption = False,
) -> None:
    """Make a token for a program, and show it this once."""
    from api import commands_token

    commands_token.create(person=person, name=name, scopes=scope, expires=expires, as_json=as_json)


@token_app.command("list")
def token_list(as_json: JsonOption = False) -> None:
    """List every token of the district, without its secret."""
    from api import commands_token

    commands_token.list_all(as_json=as_json)


@token_app.command("revoke")
def token_revoke(
    token: Annotated[str, typer.Argument(help="The token's id, as the list has it.")],
    as_json: JsonOption = False,
) -> None:
    """Let a token work no more, from this moment on."""
    from api import commands_token

    commands_token.revoke(token, as_json=as_json)


@person_app.command("add")
def person_add(
    name: Annotated[str, typer.Argument(help="Their name; - reads it from standard input.")],
    *,
    email: Annotated[str | None, typer.Option(help="Address for mail.")] = None,
    id_: Annotated[str | None, typer.Option("--id", help="The id to give. [default: new]")] = None,
    issuer: Annotated[str | None, typer.Option(help="Who signs them in.")] = None,
    subject: Annotated[str | None, typer.Option(help="Their subject there.")] = None,
    district: Annotated[
        bool, typer.Option("--district", help="It is the district, for its own papers.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Open the record of somebody who is no learner, and print its id."""
    from api import commands_people

    by = commands_people.NamedBy(id_, issuer, subject, district)
    commands_people.add(name, email, by, as_json=as_json)


@person_app.command("role")
def person_role(
    person: PersonArgument,
    role: Annotated[str, typer.Argument(help="administrator, counselor, teacher, …")],
    *,
    from_: FromOption = None,
    until: UntilOption = None,
    own_record: Annotated[
        str | None, typer.Option(help="For the role learner: the id of their own record.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Give a person a role, and print the id to end it by."""
    from api import commands_people

    days = commands_people.Days(from_, until)
    commands_people.role(person, role, days, own_record, as_json=as_json)


@person_app.command("assign")
def person_assign(
    person: PersonArgument,
    role: Annotated[str, typer.Argument(help="A role that they have.")],
    kind: Annotated[str, typer.Argument(help="district, school, class, caseload or treatment.")],
    *,
    code: Annotated[str | None, typer.Option(help="Code of the school or class.")] = None,
    school: Annotated[str | None, typer.Option(help="Of a class: code of its school.")] = None,
    learner: Annotated[str | None, typer.Option(help="Of a caseload: a learner's id.")] = None,
    from_: FromOption = None,
    until: UntilOption = None,
    as_json: JsonOption = False,
) -> None:
    """Assign a person to the district, a school, a class or a learner."""
    from api import commands_people

    to = {"role": role, "kind": kind, "code": code, "school": school, "learner": learner}
    commands_people.assign(person, to, commands_people.Days(from_, until), as_json=as_json)


@person_app.command("training")
def person_training(
    person: PersonArgument,
    course: Annotated[str, typer.Argument(help="Which course.")],
    *,
    on: Annotated[str | None, typer.Option(help="The day. [default: today]")] = None,
    as_json: JsonOption = False,
) -> None:
    """Record that a person finished the privacy training, or renewed it."""
    from api import commands_people

    commands_people.training(person, course, on, as_json=as_json)


@person_app.command("end")
def person_end(
    person: PersonArgument,
    item: Annotated[str, typer.Argument(help="The id of the role or assignment.")],
    *,
    on: Annotated[str | None, typer.Option(help="First day without it. [default: today]")] = None,
    as_json: JsonOption = False,
) -> None:
    """End a role or an assignment."""
    from api import commands_people

    commands_people.end(person, item, on, as_json=as_json)


@person_app.command("show")
def person_show(person: PersonArgument, as_json: JsonOption = False) -> None:
    """Show a person's roles, assignments and trainings, those that have ended too."""
    from api import commands_people

    commands_people.show(person, as_json=as_json)


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
