"""What can go wrong, each with the exit status that the command line gives it."""


class IrmflowError(Exception):
    """An error whose message alone tells the user what is wrong, where, and what to do."""

    exit_code = 1


class UsageError(IrmflowError):
    """The command or the training plan asks for something that cannot be done."""

    exit_code = 2


class ContractError(UsageError):
    """The contract is wrong: an unknown key, column, role, rule or split.

    The message starts with `file:line:`.
    """


class DataError(IrmflowError):
    """The data break the contract, or cannot be read as it says."""

    exit_code = 3
