"""`throughline generations`: what people read, built anew beside what serves, and switched to."""

from dataclasses import asdict
from time import monotonic
from typing import Any

from api.compose import System
from api.faults import Fault
from api.running import ready_system
from api.terminal import give_json, progress, say
from projections.generations import Generation
from projections.projector import NAMES
from store.settings import read_settings

SWITCH, BACK = "`throughline generations switch`", "`throughline generations rollback`"


def status(*, as_json: bool) -> None:
    """Each generation: what it is for, how far it has read, and what it could not take."""
    with ready_system(read_settings()) as system:
        head, _ = system.reader.head()
        found = system.projector.all()
        zone = system.zone
    if as_json:
        give_json({"position": head, "generations": [asdict(g) for g in found]})
        return
    for each in found:
        made = each.made_at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
        say(f"Generation {each.number}, made {made}: {_use(each)}{_state(each, head)}")


def _use(each: Generation) -> str:
    match each.use:
        case "serves":
            return "it serves."
        case "before":
            return f"it served before; {BACK} goes back to it."
        case "building":
            return f"it is being built; {SWITCH} lets it serve."
    return "not used by this district."


def _state(each: Generation, head: int) -> str:
    if not each.use:
        return ""
    if not each.ours:
        return " Made by another version of Throughline."
    behind = head - each.reached
    read = f"{behind:,} of {head:,} events behind" if behind else f"all {head:,} events are in it"
    return f" {read[0].upper()}{read[1:]}, {_parked(each.parked)}."


def _parked(events: int) -> str:
    return f"{events:,} of them parked" if events else "none parked"


def build(*, as_json: bool) -> None:
    """Fill the tables of a new generation from the events; what serves goes on serving."""
    with ready_system(read_settings()) as system:
        head, _ = system.reader.head()
        began = monotonic()
        generation = system.projector.build()
        with progress(f"Building generation {generation}", head * len(NAMES)) as reach:
            system.projector.fill(generation, reach)
        [built] = [g for g in system.projector.all() if g.number == generation]
        done: dict[str, Any] = {
            "generation": generation,
            "serves": system.projector.served().generation,
            "events": built.reached,
            "parked": built.parked,
            "seconds": round(monotonic() - began, 3),
        }
    if as_json:
        give_json(done)
        return
    say(
        f"Generation {generation} is built from {built.reached:,} events in "
        f"{done['seconds']:.1f} s, {_parked(built.parked)}. Generation {done['serves']} still "
        f"serves; {SWITCH} lets this one serve."
    )


def switch(*, as_json: bool) -> None:
    """Let the generation that was built serve; the one before is kept to go back to."""
    with ready_system(read_settings()) as system:
        built = system.projector.served().building
        if built is None:
            raise Fault(
                "There is no generation to switch to. Build one first: `throughline generations "
                "build`."
            )
        if built in system.projector.served().ours:
            with _catching_up(system, built) as reach:
                system.projector.fill(built, reach)
        system.projector.switch(built)
        system.projector.tidy()
        _tell(system, as_json=as_json)


def rollback(*, as_json: bool) -> None:
    """Let the generation that served before serve again; the present one is kept likewise."""
    with ready_system(read_settings()) as system:
        previous = system.projector.served().previous
        with _catching_up(system, previous) as reach:
            system.projector.roll_back(reach)
        _tell(system, as_json=as_json)


def _catching_up(system: System, generation: int | None) -> Any:
    head, _ = system.reader.head()
    return progress(f"Bringing generation {generation} up to date", head * len(NAMES))


def _tell(system: System, *, as_json: bool) -> None:
    now = system.projector.served()
    if as_json:
        give_json({"serves": now.generation, "before": now.previous})
    else:
        say(f"Generation {now.generation} serves now. {BACK} goes back to {now.previous}.")
