"""The command line: `throughline` and its commands. Each command's module is imported when used."""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from api.terminal import note

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON alone on standard output.")]


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
def migrate(as_json: JsonOption = False) -> None:
    """Bring the database up to date and make the district. Safe to repeat."""
    from api import commands_data

    commands_data.migrate(as_json=as_json)


@app.command()
def rebuild(as_json: JsonOption = False) -> None:
    """Drop what people read and fold it anew from the events."""
    from api import commands_data

    commands_data.rebuild(as_json=as_json)


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
