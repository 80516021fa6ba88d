"""`throughline worker`."""

from api import serving
from api.logs import configure_logs
from api.running import behind, ready_system
from api.terminal import note
from store.settings import read_settings


def worker() -> None:
    """Project and run jobs until SIGINT or SIGTERM, then end after the batch under way."""
    settings = read_settings()
    configure_logs()
    with (
        serving.until_told() as stop,
        ready_system(settings) as system,
        behind(system),
    ):
        note(f"Working for {settings.tenant}")
        stop.wait()
