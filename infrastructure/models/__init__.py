"""What an organization sets up once for its projects: certificates, storage engines, monitoring servers."""

from infrastructure.models.certificate import Certificate, CertificateUse
from infrastructure.models.engine import EngineCheck, ProjectEngine, StorageEngine
from infrastructure.models.server import Server, ServerToken

__all__ = [
    "Certificate",
    "CertificateUse",
    "EngineCheck",
    "ProjectEngine",
    "Server",
    "ServerToken",
    "StorageEngine",
]
