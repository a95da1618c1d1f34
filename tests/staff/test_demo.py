"""The demo's people: three agents, a supervisor, an editor, and not one password."""

from collections import Counter

from bot.clock import FixedClock, new_id
from bot.settings import Settings
from bot.staff import Staff
from bot.storage.engine import Database
from tests.staff.conftest import PASSWORD, SECRET


def test_the_demo_has_its_people_once_and_invites_each_until_they_have_a_password(
    db: Database, clock: FixedClock
) -> None:
    staff = Staff(db, clock, new_id, Settings(demo=True), SECRET)
    staff.seed_demo()
    staff.seed_demo()
    invited = staff.first_invitations()
    roles = Counter(i.member.role for i in invited)
    assert roles == {"agent": 3, "supervisor": 1, "editor": 1, "administrator": 1}
    for invitation in invited[:2]:
        staff.people.set_password(invitation.token, PASSWORD)
    assert len(staff.first_invitations()) == 4
