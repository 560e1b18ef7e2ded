"""Tell people what happened, each thing once."""


def tell_all() -> int:
    """Returns how many notices went out."""
    return 0
