"""`throughline serve`."""

from contextlib import ExitStack, closing

from api import serving
from api.app import create_app
from api.logs import configure_logs
from api.running import behind, ready_system
from api.signin.setup import set_up
from api.terminal import note
from store.settings import LOOPBACK, read_settings


def serve(*, host: str | None, port: int | None, with_worker: bool) -> None:
    """Serve until SIGINT or SIGTERM, then finish open answers and end.

    Any address but loopback is served only where people sign in.
    """
    settings = read_settings()
    sign_in = set_up(settings)
    host = settings.host if host is None else host
    port = settings.port if port is None else port
    hosts = {*LOOPBACK, host} if sign_in is None else {*LOOPBACK, host, sign_in.host}
    configure_logs()
    with ExitStack() as stack:
        stop = stack.enter_context(serving.until_told())
        listening = stack.enter_context(
            closing(serving.listen(host, port, anywhere=sign_in is not None))
        )
        system = stack.enter_context(ready_system(settings))
        if with_worker:
            stack.enter_context(behind(system))
        note(f"Serving {settings.tenant} on {serving.address_of(listening)}")
        if sign_in:
            note(f"People open it at {sign_in.public} and sign in with {sign_in.issuer}")
        serving.serve(create_app(system, hosts, sign_in), listening, stop)
