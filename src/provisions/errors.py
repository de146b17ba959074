"""What can go wrong on our side of the line: no verdict is possible. A fault of the data is a `Finding`, never one of these."""


class ProvisionsError(Exception):
    """No verdict is possible. The message names the file, the cause and what to do; the command line exits with 3."""


class PackageError(ProvisionsError):
    """The package cannot be opened: no such folder, an unreadable descriptor, a path that leaves the package."""


class SchemaError(ProvisionsError):
    """A schema cannot be judged by: an unknown keyword, a pattern outside the portable subset, a broken key."""


class RuleError(ProvisionsError):
    """A rule file is malformed, or its SQL could not run. A rule that could not run is never a pass."""


class EngineError(ProvisionsError):
    """The engine failed, or does not give our SQL functions the meaning they must have."""


class EngineMemoryError(EngineError):
    """The engine may not hold as much as the data need."""


class PublishError(ProvisionsError):
    """A release cannot be published: findings of level error, or a version that is already out with other contents."""


class TimeLimitError(ProvisionsError):
    """There was no verdict within the time that was given."""


class UsageError(ProvisionsError):
    """An argument is none that can be given."""


class NotFoundError(ProvisionsError):
    """The package has no row with the id asked for."""


class PeriodError(ProvisionsError):
    """The years asked for are no period."""


class ExportError(ProvisionsError):
    """A table of results cannot be written as asked."""


class ReleaseError(ProvisionsError):
    """A release cannot be fetched, read or signed: it is not to be reached, not as its checksums say, or a key does not fit."""
