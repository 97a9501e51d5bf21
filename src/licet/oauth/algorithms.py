"""Which signatures the JOSE library may verify: those of our own list, and nothing that a token asks for beyond it."""

from joserfc.errors import UnsupportedAlgorithmError
from joserfc.jwa import JWSAlgModel
from joserfc.jws import JWSRegistry

from licet.domain.keys import ALGORITHMS


class Registry(JWSRegistry):
    """Our own algorithms alone; of EdDSA, whose name RFC 9864 wants replaced, nobody need be warned at every token.

    `longest` is the most bytes of a header; without `strict`, members that nobody here knows are ignored (RFC 7515
    section 4).
    """

    def __init__(self, *, longest: int = 512, strict: bool = True) -> None:
        super().__init__(strict_check_header=strict)
        self.max_header_length = longest

    def get_alg(self, name: str) -> JWSAlgModel:
        """The algorithm of that name (UnsupportedAlgorithmError for one that is not ours)."""
        if name not in ALGORITHMS:
            raise UnsupportedAlgorithmError(name)
        return self.algorithms[name]
