"""What can go wrong in the runtime, drawn as a tree. A refusal to a person is a value, not one of these."""


class RuntimeFault(Exception):
    """Root. The message is for operators; visitors see a page with a request id."""


class NotAllowed(RuntimeFault):
    """A change that the stages or the approvals forbid; nothing was changed."""


class Corrupt(RuntimeFault):
    """Bytes on disk are not what their name says; they are never used."""


class Unproved(RuntimeFault):
    """Nobody whom this installation trusts signed this bundle; it is never run. The message says what is wrong."""
