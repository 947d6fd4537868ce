"""The password of the four who sign in, which may be another one at each start."""

from demo.people import SIGN_INS
from teams.models import User


def give_password(password: str) -> int:
    """How many had another one. Whose password is right stays signed in."""
    changed = 0
    for user in User.objects.filter(email__in=SIGN_INS):
        if not user.check_password(password):
            user.set_password(password)
            user.save(update_fields=["password"])
            changed += 1
    return changed
