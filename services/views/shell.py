"""Which shell a page of the rooms has: field workers hold it in the hand, everybody else sits at a desk."""

from tenancy.permissions import ROLES


def shell(member):
    """The template to extend, and whether it is the phone's."""
    is_phone = ROLES[member.role].home == "field"
    return {"shell": "phone.html" if is_phone else "base.html", "is_phone": is_phone}
