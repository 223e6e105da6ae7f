"""What the phone's own apps take over: navigation and calls, with no server between."""

from urllib.parse import quote


def navigation_address(lon: float, lat: float, name: str) -> str:
    """A place for the phone's navigation app: RFC 5870, latitude first, with the name as its label."""
    at = f"{lat:.6f},{lon:.6f}"
    return f"geo:{at}?q={at}({quote(name, safe='')})"


def call_address(phone: str) -> str:
    """A number for the phone to call (RFC 3966): digits and a leading plus; "" where there are none."""
    digits = "".join(letter for letter in phone if letter.isascii() and letter.isdigit())
    return f"tel:{'+' if phone.strip().startswith('+') else ''}{digits}" if len(digits) > 2 else ""
