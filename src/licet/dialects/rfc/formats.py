"""How this surface writes what it hands out, and how it reads what stands empty."""

from licet.domain.secret import Form

_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"
_URL_SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

CLIENT_ID = Form("", _BASE36, 24)
# A prefix of their own lets scanners of published code find what must not be published.
CLIENT_SECRET = Form("licet_cs_", _URL_SAFE, 43)
REGISTRATION_TOKEN = Form("licet_reg_", _URL_SAFE, 43)


def said(metadata: object) -> object:
    """The metadata without what stands empty: RFC 7592 section 2.2 puts left out, null and empty on a level."""
    if not isinstance(metadata, dict):
        return metadata
    return {name: value for name, value in metadata.items() if value is not None and value != ""}


def seconds(moment: int) -> int:
    """Milliseconds since the epoch as whole seconds."""
    return moment // 1000
