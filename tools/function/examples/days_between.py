from datetime import date


def days_between(first, last):
    return (date.fromisoformat(last) - date.fromisoformat(first)).days
