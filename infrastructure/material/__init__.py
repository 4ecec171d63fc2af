"""Certificates, chains and private keys as people hand them in: read, matched and verified; nothing is kept here."""

from infrastructure.material.reading import LONGEST_BUNDLE, LONGEST_PEM, Material, read_pem, read_pkcs12

__all__ = ["LONGEST_BUNDLE", "LONGEST_PEM", "Material", "read_pem", "read_pkcs12"]
