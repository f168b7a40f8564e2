"""A Secrets Manager that speaks TLS, to see what a look-up costs the client in CPU time.

Problem: moto speaks plain HTTP here, and half of a look-up's CPU is TLS: settings, key exchange, the server's chain.
Choice: the tests' stub behind Python's own TLS, with a chain as AWS has it (RSA of 2,048 bits; server, intermediate and
root), whose root the client is told to trust.

Ours can't be asked for a look-up alone, so it is two processes' difference: all from the client to the first reply with
the secret, less the same with the key in a variable. The official side is timed around its look-up itself.
"""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import ssl
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lab import Lab
from loopback import HOST
from modes import Behaviour
from secrets_stub import SecretsStub

DAY = datetime.timedelta(days=1)


@contextlib.contextmanager
def tls_stub(lab: Lab) -> Iterator[Mapping[str, str]]:
    """-> the variables that lead a client to the stub."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        root, chain = make_chain(folder)
        settings = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        settings.load_cert_chain(chain)
        settings.set_alpn_protocols(["http/1.1"])
        stub = SecretsStub(behaviour=Behaviour(secret_string=lab.backend.secret_value()))
        stub.socket = settings.wrap_socket(stub.socket, server_side=True)
        stub.start()
        try:
            yield {
                "AWS_ENDPOINT_URL_SECRETS_MANAGER": f"https://{HOST}:{stub.port}",
                "AWS_CA_BUNDLE": str(root),  # boto3's and ours
                "NODE_EXTRA_CA_CERTS": str(root),  # the AWS SDK for JavaScript has none of its own
            }
        finally:
            stub.stop()


def make_chain(folder: Path) -> tuple[Path, Path]:
    """-> the root's certificate, and a file with the server's key and the certificates it sends."""
    root, intermediate, server = (rsa.generate_private_key(65537, 2048) for _ in range(3))
    root_certificate = certificate("root", root, "root", root, authority=True)
    intermediate_certificate = certificate("intermediate", intermediate, "root", root, authority=True)
    server_certificate = certificate("server", server, "intermediate", intermediate, authority=False)
    key = server.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    sent = [each.public_bytes(serialization.Encoding.PEM) for each in (server_certificate, intermediate_certificate)]
    root_file, chain_file = folder / "root.pem", folder / "chain.pem"
    root_file.write_bytes(root_certificate.public_bytes(serialization.Encoding.PEM))
    chain_file.write_bytes(b"".join([key, *sent]))
    return root_file, chain_file


def certificate(
    subject: str, key: rsa.RSAPrivateKey, issuer: str, issuer_key: rsa.RSAPrivateKey, authority: bool
) -> x509.Certificate:
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(common_name(subject))
        .issuer_name(common_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + DAY)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if not authority:
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def common_name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"bench {name}")])
