"""The reference: every surface as an OpenAPI 3.1 document, and as a page for people.

Owns `/openapi`. It reads the tables that routes carry and the dialects' records, and knows none of them by name; what
a route does, takes and answers is its dialect's to say. Examples are exchanges that a dialect keeps beside its tables.
"""

from licet.dialects.reference.surface import Documented, surface

__all__ = ["Documented", "surface"]
