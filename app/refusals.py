"""The ways the desk says no. Pages turn them into an answer (app/web/errors.py)."""


class Refusal(Exception):
    """A rule of the desk said no; the message is plain Chinese for the person at the desk."""

    status = 409


class OutOfTurn(Refusal):
    """The case is not where this step begins, or someone else was quicker."""


class NotAllowed(Refusal):
    """This step belongs to another role, office or scope."""

    status = 403


class NotThere(Refusal):
    """There is no such thing, or it is not yours to know of: both look the same."""

    status = 404


class Incomplete(Refusal):
    """The step may be taken, but something it needs was not given."""

    status = 422


class Busy(Refusal):
    """The database cannot write just now; nothing was changed, trying again is right."""

    status = 503


class NoRoom(Busy):
    """The disk is full, read-only or failing; nothing was changed, and somebody must look after the machine."""

    status = 507
