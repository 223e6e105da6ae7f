"""From two times as people write them to a stretch of the day: "9-5" is 09:00-17:00, "22-6" is over midnight."""

from gcrm.common.opening_hours.lexer import Token
from gcrm.common.opening_hours.table import DAY_MINUTES, Span

HALF_DAY = 12 * 60
EARLIEST_BARE = 6 * 60
"""A bare "1-5" or "5-9" is of the afternoon or the evening: nobody receives visits at one in the night."""
LONGEST_BARE_AFTERNOON = 8 * 60
LONGEST_NIGHT = 16 * 60
"""A stretch over midnight that is longer than this was meant otherwise ("09:00-05:00")."""


def stretch(start: Token, end: Token, after: int | None, part: str) -> Span | None:
    """The stretch between two times; None where they can be read in more than one way, or in none.

    after: the end of the stretch before on the same day, None for none. part: "morning", "afternoon", "evening" or ""
    as far as words say it.
    """
    first, last = start.hour * 60 + start.minute, end.hour * 60 + end.minute
    if end.half:
        first = _like_its_end(start, first, last, end.half)
        last = DAY_MINUTES if last == 0 else last
    elif start.half:
        last = _like_its_start(end, first, last)
    elif part in {"afternoon", "evening"} and not start.exact and not end.exact and first < last <= HALF_DAY:
        first, last = _later(first), _later(last)
    elif start.exact and end.exact:
        last = DAY_MINUTES if last == 0 else last
    elif not end.exact:
        found = _bare(start, first, last, after)
        if found is None:
            return None
        first, last = found
    elif after is not None and first < after and after <= first + HALF_DAY < last and not start.exact:
        first += HALF_DAY
    else:
        last = DAY_MINUTES if last == 0 else last
    return _over_midnight(first, last)


def _like_its_end(start: Token, first: int, last: int, half: str) -> int:
    """A start without am or pm before an end with it: "1-5pm" is 13:00, "9-5pm" is 09:00, "6-2am" is 18:00."""
    if start.half or start.exact:
        return first
    later = _later(first)
    if half == "p":
        return later if later < last else first
    return first if first < last else later


def _like_its_start(end: Token, first: int, last: int) -> int:
    """An end without am or pm after a start with it: the next time of that name, "9am-5" is 17:00."""
    if end.exact:
        return DAY_MINUTES if last == 0 else last
    return next((time for time in (last, last + HALF_DAY) if first < time <= DAY_MINUTES), last)


def _bare(start: Token, first: int, last: int, after: int | None) -> Span | None:
    """Times whose end says nothing of the half of the day."""
    if last <= first:
        later = last + HALF_DAY
        return (first, later) if first < later <= DAY_MINUTES else (first, last)
    if start.exact:
        return first, last
    if after is not None and first < after <= first + HALF_DAY and last + HALF_DAY <= DAY_MINUTES:
        return first + HALF_DAY, last + HALF_DAY
    if 0 < first < EARLIEST_BARE:
        if last - first > LONGEST_BARE_AFTERNOON or last + HALF_DAY >= DAY_MINUTES:
            return None
        return first + HALF_DAY, last + HALF_DAY
    return first, last


def _later(minutes: int) -> int:
    return minutes % HALF_DAY + HALF_DAY


def _over_midnight(first: int, last: int) -> Span | None:
    if first >= DAY_MINUTES:
        first -= DAY_MINUTES
    if last == first:
        return None
    if last > first:
        return first, last
    night = last + DAY_MINUTES
    return (first, night) if night - first <= LONGEST_NIGHT else None
