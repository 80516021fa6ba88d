"""All that sign-in needs, put together for one district."""

from dataclasses import dataclass

from api.compose import System
from api.desk import Desk
from api.signin.cookies import Cookies
from api.signin.provider import Provider
from api.signin.sessions import Sessions
from api.signin.setup import SetUp
from api.signin.tokens import Tokens


@dataclass(frozen=True)
class Office:
    """Where people are signed in, and known again."""

    set_up: SetUp
    provider: Provider
    sessions: Sessions
    tokens: Tokens
    cookies: Cookies


def open_office(system: System, set_up: SetUp, desk: Desk) -> Office:
    """The office of a system's district. Nothing is asked of the provider yet."""
    tenant = system.settings.tenant
    return Office(
        set_up=set_up,
        provider=Provider(set_up, tenant),
        sessions=Sessions(system.datastore, tenant, set_up),
        tokens=Tokens(system.datastore, tenant, lambda person: desk.filed.person(person).name),
        cookies=Cookies(set_up),
    )
