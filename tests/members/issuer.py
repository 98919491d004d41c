"""A small provider of OpenID Connect on loopback: discovery, keys and tokens over HTTP, as a real one answers."""

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "sdwg", "what only the two know"


def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Issuer:
    """What it says of the one person who signs in there, and the key it signs with."""

    address: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    own: rsa.RSAPrivateKey = field(default_factory=key)
    signs_with: rsa.RSAPrivateKey | None = None
    challenge: str = ""
    """What the program announced when it sent the person here."""

    def asked(self, location: str) -> dict[str, str]:
        """The person arrives from ``location``; what they take back with them, as query of the way back."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        assert location.startswith(f"{self.address}/authorize?")
        assert (query["client_id"], query["code_challenge_method"]) == (CLIENT, "S256")
        self.challenge = query["code_challenge"]
        return {"state": query["state"], "code": "good-once"}

    def answer(self, path: str, form: dict[str, str]) -> dict[str, Any] | None:
        if path == "/.well-known/openid-configuration":
            ends = ("authorization", "authorize"), ("token", "token")
            found = {f"{name}_endpoint": f"{self.address}/{end}" for name, end in ends}
            return {"issuer": self.address, "jwks_uri": f"{self.address}/keys", **found}
        if path == "/keys":
            public = jwt.algorithms.RSAAlgorithm.to_jwk(self.own.public_key(), as_dict=True)
            return {"keys": [{**public, "kid": "one", "use": "sig", "alg": "RS256"}]}
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        proved = base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == self.challenge
        if path != "/token" or form["client_secret"] != SECRET or not proved:
            return None
        now = int(time.time())
        said = {"iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 300, "sub": "4711", **self.claims}
        token = jwt.encode(said, self.signs_with or self.own, "RS256", headers={"kid": "one"})
        return {"access_token": "unused", "token_type": "Bearer", "id_token": token}


@contextmanager
def listening() -> Iterator[Issuer]:
    issuer = Issuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            form = {name: values[0] for name, values in parse_qs(sent).items()}
            found = issuer.answer(urlsplit(self.path).path, form)
            body = json.dumps(found or {"error": "invalid_grant"}).encode()
            self.send_response(200 if found else 400)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        issuer.address = f"http://127.0.0.1:{server.server_address[1]}"
        yield issuer
        server.shutdown()
