"""What can be wrong with the database as a whole, each with the sentence a person needs."""

from domain.kernel.errors import Refused


class DatabaseOutdated(Refused):
    """The schema is not the one this version works with. `code` is `database-outdated` or `database-newer`."""


class DatabaseUnavailable(Exception):
    """Postgres does not answer. Worth another try; nothing was recorded by the call that met it."""
