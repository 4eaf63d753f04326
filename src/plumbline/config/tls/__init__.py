"""A local certificate authority for a closed network."""

from plumbline.config.tls.authority import AuthorityRefused, make_authority, make_certificate

__all__ = ["AuthorityRefused", "make_authority", "make_certificate"]
