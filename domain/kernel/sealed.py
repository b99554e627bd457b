"""A personal value that only the edge can open. Deciders carry it and never look inside (KRN-52)."""

from domain.kernel.value import Value


class Sealed(Value):
    """Ciphertext under the key of `subject` (a person id). Sealing is deterministic, so equal values compare equal."""

    subject: str
    sealed: str
