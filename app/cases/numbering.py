"""Numbers and codes: gapless serials, case numbers, and codes that nobody can guess."""

import secrets
from datetime import date

from sqlalchemy import text
from stdnum.iso7064 import mod_37_36

from app.extensions import db, write_rows

CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
CODE_LENGTH = 13  # 13 × 5 = 65 random bits, then one check character

_MY_TURN = "pg_advisory_xact_lock(hashtextextended('serial/' || CAST(:series AS TEXT), 0))"
_NEXT = (
    "INSERT INTO serial (series, value) SELECT CAST(:series AS TEXT), 1 WHERE {my_turn}"
    " ON CONFLICT (series) DO UPDATE SET value = serial.value + 1 RETURNING value"
)
# Who waits on PostgreSQL for the row of a series is woken with all others when it is free, and the quickest has it: some wait four
# times as long as most. Who waits for a lock by name is served in turn. On SQLite one_transaction() lets in one at a time.
_NEXT_BY = {
    "sqlite": text(_NEXT.format(my_turn="true")),
    "postgresql": text(_NEXT.format(my_turn=f"{_MY_TURN} IS NOT NULL")),
}

_WAIT_BY = {"sqlite": text("SELECT :series"), "postgresql": text(f"SELECT {_MY_TURN}")}


def next_serial(series: str) -> int:
    """The next number of a series, from 1. Given back if the transaction around it fails: no gap, no duplicate."""
    return write_rows(_NEXT_BY[db.engine.dialect.name], {"series": series}).scalar_one()


def wait_for_case_no(street_code: str, day: date) -> None:
    """Stand in line for this street's next number without taking one yet. Whoever takes numbers of several series takes that of
    a case first, as an intake does: of two that wait for each other PostgreSQL would end one."""
    write_rows(_WAIT_BY[db.engine.dialect.name], {"series": _cases(street_code, day)})


def case_no(street_code: str, day: date) -> str:
    """办件编号: street 9 + yymmdd 6 + serial 5 + check 1 (ISO 7064 MOD 37,36), 21 characters."""
    serial = next_serial(_cases(street_code, day))
    return with_check(f"{street_code}{day:%y%m%d}{serial:05d}")


def _cases(street_code: str, day: date) -> str:
    return f"case/{street_code}/{day:%y%m%d}"


def with_check(body: str) -> str:
    """The text (digits and capital letters) and its check character, ISO 7064 MOD 37,36."""
    return body + mod_37_36.calc_check_digit(body)


def checks(number: str) -> bool:
    return mod_37_36.is_valid(number)


def random_code() -> str:
    """A code that opens something to whoever holds it: 65 random bits and a check character, 14 in all."""
    while True:
        bits = secrets.randbits(5 * CODE_LENGTH)
        code = with_check("".join([CODE_ALPHABET[bits >> 5 * place & 31] for place in range(CODE_LENGTH)]))
        if code[-1] in CODE_ALPHABET:  # a check character that could be misread is not given out
            return code


def normalise_code(typed: str) -> str | None:
    """What a person typed, as `random_code` wrote it; None when it cannot be one (wrong length or check)."""
    code = "".join(ch for ch in typed.upper() if ch not in " -\u3000").translate(str.maketrans("OIL", "011"))
    right_shape = len(code) == CODE_LENGTH + 1 and all(ch in CODE_ALPHABET for ch in code)
    return code if right_shape and checks(code) else None


def grouped(code: str) -> str:
    """A code as it is printed, in groups that an eye can follow: XXXX-XXXXX-XXXXX."""
    return f"{code[:4]}-{code[4:9]}-{code[9:]}"
