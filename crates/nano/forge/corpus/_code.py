"""Code that prints a number as a person would write it."""


def printed(expression: str) -> str:
    """Prints an expression; what may not be whole, to twelve digits and without `.0`."""
    whole = "." not in expression and "/" not in expression.replace("//", "")
    return f"print({expression})" if whole else f'print(f"{{{expression}:.12g}}")'
