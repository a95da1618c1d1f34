"""The front door of staff."""

from dataclasses import dataclass

from bot.clock import Clock, NewId
from bot.settings import Settings
from bot.staff.audit import Audit
from bot.staff.demo import demo_people
from bot.staff.door import Door
from bot.staff.keys import Keys
from bot.staff.people import People
from bot.staff.roles import ADMINISTRATOR
from bot.staff.tables import StaffMember
from bot.storage.engine import Database

FIRST_LOGIN = "admin"


@dataclass(frozen=True)
class Invitation:
    """A person and the token of the one-time link at which they set their password."""

    member: StaffMember
    token: str


class Staff:
    def __init__(self, db: Database, clock: Clock, new_id: NewId, settings: Settings, secret: bytes) -> None:
        self._settings = settings
        self.audit = Audit(db, clock)
        self.people = People(db, clock, new_id, self.audit, secret)
        self.door = Door(db, clock, settings, self.audit, secret)
        self.keys = Keys(db, clock, new_id, self.audit)

    def seed_demo(self) -> None:
        """The people of the demo who are missing. They too have no password before they set one."""
        known = {member.login for member in self.people.all()}
        for person in demo_people():
            if person.login not in known:
                self.people.add(person.login, person.role, person.name)

    def first_invitations(self) -> list[Invitation]:
        """What the start prints: a way in for an administrator where none can log in, and for the demo's people."""
        waiting = [member for member in self._first() if member.password_hash is None and member.active]
        return [Invitation(member, self.people.link(member.login)) for member in waiting]

    def _first(self) -> list[StaffMember]:
        people = self.people.all()
        if not any(member.role == ADMINISTRATOR for member in people):
            people.insert(0, self.people.add(FIRST_LOGIN, ADMINISTRATOR))
        wanted = {person.login for person in demo_people()} if self._settings.demo else set()
        nobody = not self.people.somebody_administers()
        return [m for m in people if m.login in wanted or (nobody and m.role == ADMINISTRATOR)]
