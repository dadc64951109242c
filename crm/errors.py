"""Errors whose message can be shown to a person as it stands: what happened, where, and what to do."""


class CrmError(Exception):
    """A refusal with a sentence for the user.

    `status` is the HTTP status of the answer; commands exit with 1. `field` names the form field it belongs to.
    """

    status = 400

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class BadInput(CrmError):
    """What was given cannot be used; the message names the field, row or file."""

    status = 422


class NotFound(CrmError):
    """There is no such thing for this user (the same answer for "not yours")."""

    status = 404


class Forbidden(CrmError):
    """The user's role does not allow it."""

    status = 403


class Refused(CrmError):
    """The state of things does not allow it now; the message says what would."""

    status = 409
