"""The request as the API's operations see it: of a member, by a token."""

from api.models import Token
from teams.requests import MemberRequest


class ApiRequest(MemberRequest):
    """The tenant is set, the member is active, the token is open."""

    token: Token
