"""`throughline serve`."""

from contextlib import ExitStack, closing

from api import serving
from api.app import LOOPBACK, create_app
from api.logs import configure_logs
from api.running import behind, ready_system
from api.terminal import note
from store.settings import read_settings


def serve(*, host: str | None, port: int | None, with_worker: bool) -> None:
    """Serve on a loopback address until SIGINT or SIGTERM, then finish open answers and end."""
    settings = read_settings()
    host = settings.host if host is None else host
    port = settings.port if port is None else port
    configure_logs()
    with ExitStack() as stack:
        stop = stack.enter_context(serving.until_told())
        listening = stack.enter_context(closing(serving.listen(host, port)))
        system = stack.enter_context(ready_system(settings))
        if with_worker:
            stack.enter_context(behind(system))
        note(f"Serving {settings.tenant} on {serving.address_of(listening)}")
        serving.serve(create_app(system, hosts=(*LOOPBACK, host)), listening, stop)
