"""Text from outside: what no text may contain, how a name is shown and found, and what counts as a URL."""

import re
import unicodedata

import ada_url

MAXIMUM_WORDS = 16
MAXIMUM_WORD_LENGTH = 40

BLANKS = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
"""What ECMAScript's `trim` takes away, so that a surface which promises it means the same."""

_BIDI = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_SINGLE = rf"\u0000-\u001f\u007f-\u009f{_BIDI}"
_MULTIPLE = rf"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f{_BIDI}"  # all but tab, line feed, carriage return
ONE_LINE, MULTILINE = f"^[^{_SINGLE}]*$", f"^[^{_MULTIPLE}]*$"
"""Texts without control or bidi-control characters, as patterns that JSON Schema reads too."""
_REFUSED, _REFUSED_MULTILINE = (re.compile(rf"[{refused}\ud800-\udfff]") for refused in (_SINGLE, _MULTIPLE))

_WORD = re.compile(r"\w+")
# Of a category that promises ink, and without any (Unicode: Default_Ignorable_Code_Point, and Braille's blank).
_BLANK_LETTER = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_INVISIBLE = frozenset({"Cf", "Co", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d\ufe0e\ufe0f")
_JOINED = frozenset({"So", "Sk", "Mn", "Mc"})
_MARKS = frozenset({"Mn", "Me"})
_MOST_MARKS = 4
"""On one letter; scripts need fewer, and a taller heap covers the lines above and below the name."""
_RESEMBLING_LATIN = frozenset({"ARMENIAN", "CHEROKEE", "COPTIC", "CYRILLIC", "DESERET", "GREEK", "LISU"})


def text_fault(value: str, *, multiline: bool = False) -> str | None:
    """The first character that no text may contain, as `U+202E`; None if the text is clean.

    Refused: control characters (NUL among them), controls of the writing direction, lone surrogates.
    """
    found = (_REFUSED_MULTILINE if multiline else _REFUSED).search(value)
    return _code_point(found[0]) if found else None


def trimmed(value: str) -> str:
    """The text without the blanks around it, as ECMAScript's `trim` leaves it."""
    return value.strip(BLANKS)


def guard(name: str) -> str:
    """A name as people are shown it: characters that hide, or pose as others, stand as `[U+0430]`.

    That is invisible characters (unless they join emoji or marks), marks heaped on one letter, letters of a script that
    resembles Latin inside a word with Latin letters, and other forms of ASCII letters. A word wholly in another script
    is left as it is: the host name that is shown beside the name tells more.
    """
    visible = (
        _marked(shown) if _hidden(shown, before) or _heaped(name, at) else shown
        for at, (before, shown) in enumerate(zip(" " + name, name, strict=False))
    )
    return _WORD.sub(lambda word: _unmixed(word[0]), "".join(visible))


def words(name: str) -> tuple[str, ...]:
    """What a name is found by: its distinct words, folded (NFKC, case), at most 16 of at most 40 characters."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    found = (word[:MAXIMUM_WORD_LENGTH] for word in _WORD.findall(folded))
    return tuple(dict.fromkeys(found))[:MAXIMUM_WORDS]


def url_scheme(value: str) -> str | None:
    """The scheme of what browsers read as an absolute URL (WHATWG), in lower case; None if they read none."""
    # A URL parser drops line breaks and tabs from the middle: what is stored would not be what was judged.
    if text_fault(value) or not ada_url.check_url(value):
        return None
    return ada_url.URL(value).protocol.removesuffix(":")


def is_web_url(value: str) -> bool:
    """Whether browsers read the text as an http or https URL: what may be shown as a link."""
    return url_scheme(value) in {"http", "https"}


def origin_of(value: str) -> str | None:
    """The origin of an http or https URL as browsers write it (RFC 6454 section 6.1); None for any other text."""
    return ada_url.URL(value).origin if is_web_url(value) else None


def _code_point(character: str) -> str:
    return f"U+{ord(character):04X}"


def _marked(character: str) -> str:
    return f"[{_code_point(character)}]"


def _hidden(character: str, before: str) -> bool:
    if character in _JOINERS and (before in _JOINERS or unicodedata.category(before) in _JOINED):
        return False
    return unicodedata.category(character) in _INVISIBLE or _BLANK_LETTER.match(character) is not None


def _heaped(name: str, at: int) -> bool:
    heap = name[max(0, at - _MOST_MARKS) : at + 1]
    return len(heap) > _MOST_MARKS and all(unicodedata.category(character) in _MARKS for character in heap)


def _unmixed(word: str) -> str:
    if word.isascii():
        return word
    scripts = [_script(letter) for letter in word]
    odd = _RESEMBLING_LATIN if "LATIN" in scripts else frozenset[str]()
    return "".join(
        _marked(letter) if script in odd or _poses(letter) else letter
        for letter, script in zip(word, scripts, strict=True)
    )


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


def _poses(letter: str) -> bool:
    return not letter.isascii() and unicodedata.normalize("NFKC", letter).isascii()
