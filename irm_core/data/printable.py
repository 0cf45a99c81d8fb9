"""Text of others in our sentences."""


def printable(text: str) -> str:
    r"""`text`, with what cannot be printed escaped, so that it neither harms a terminal nor hides.

    >>> printable("a\x1fé\n")
    'a\\x1fé\\n'
    """
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)
