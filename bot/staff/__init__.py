"""The people who work with the service: accounts, roles, sessions, keys of programs, and the trail of what was read."""

from bot.staff.audit import Audit
from bot.staff.door import Person
from bot.staff.roles import ROLES, Permission, may
from bot.staff.service import Staff
from bot.staff.tables import StaffMember

__all__ = ["ROLES", "Audit", "Permission", "Person", "Staff", "StaffMember", "may"]
