"""Tokens of the launcher: what they claim, and which are refused."""

import hmac
import json
import stat
import time
from base64 import urlsafe_b64encode
from typing import Any

import httpx
import jwt
import pytest

from tests.supabase_stack import PASSWORD, SupabaseStack

pytestmark = pytest.mark.database
Claims = dict[str, Any]
BAD_SIGNATURE = (401, "PGRST301", "JWSError JWSInvalidSignature")


def published(stack: SupabaseStack) -> jwt.PyJWK:
    return jwt.PyJWKSet.from_dict(httpx.get(f"{stack.issuer}/.well-known/jwks.json").json()).keys[0]


def verified(stack: SupabaseStack, token: str) -> Claims:
    return jwt.decode(
        token,
        published(stack),
        algorithms=["ES256"],
        audience="authenticated",
        issuer=stack.issuer,
        options={"require": ["exp", "iat", "sub", "aud", "iss"]},
    )


def signed(stack: SupabaseStack, **claims: Any) -> str:
    """Sign with the launcher's own key."""
    key = jwt.PyJWK.from_json(stack.key_file.read_text(encoding="utf-8"), algorithm="ES256")
    now = int(time.time())
    usual = {
        "sub": "0",
        "role": "authenticated",
        "aud": "authenticated",
        "iss": stack.issuer,
        "exp": now + 60,
    }
    return jwt.encode({**usual, **claims}, key, algorithm="ES256")


def asked(stack: SupabaseStack, token: str) -> tuple[int, str, str]:
    with stack.client(token) as client:
        answer = client.get("/rest/v1/notes")
    body = answer.json() or {}
    return (answer.status_code, body["code"], body["message"]) if body else (answer.status_code, "", "")


def test_a_token_claims_what_hosted_tokens_claim(stack: SupabaseStack) -> None:
    user_id, token = stack.sign_up("Ann@Example.org")
    claims = verified(stack, token)
    assert claims["sub"] == user_id
    assert claims["email"] == "ann@example.org"
    assert claims["role"] == "authenticated"
    assert claims["exp"] - claims["iat"] == 3600
    assert claims["app_metadata"] == {"provider": "email", "providers": ["email"]}
    assert claims["user_metadata"]["email"] == "ann@example.org"
    assert (claims["aal"], claims["phone"], claims["is_anonymous"]) == ("aal1", "", False)
    assert claims["amr"] == [{"method": "password", "timestamp": claims["iat"]}]
    assert claims["session_id"]


def test_signing_in_and_refreshing_give_such_tokens_too(stack: SupabaseStack) -> None:
    user_id, _ = stack.sign_up("ann@example.org")
    with stack.client() as client:
        way_in = {"email": "ann@example.org", "password": PASSWORD}
        session = client.post("/auth/v1/token?grant_type=password", json=way_in).json()
        assert verified(stack, session["access_token"])["sub"] == user_id
        again = {"refresh_token": session["refresh_token"]}
        session = client.post("/auth/v1/token?grant_type=refresh_token", json=again).json()
    assert verified(stack, session["access_token"])["sub"] == user_id
    with stack.client(session["access_token"]) as client:
        assert client.get("/auth/v1/user").json()["id"] == user_id
        assert client.post("/auth/v1/logout").status_code == 204


def test_a_refused_sign_in_stays_refused(stack: SupabaseStack) -> None:
    with stack.client() as client:
        answer = client.post("/auth/v1/token?grant_type=password", json={"email": "a@b.co", "password": "no"})
    assert answer.status_code == 400
    assert "access_token" not in answer.json()


def test_the_published_key_is_public(stack: SupabaseStack) -> None:
    (key,) = httpx.get(f"{stack.issuer}/.well-known/jwks.json").json()["keys"]
    token_header = jwt.get_unverified_header(stack.sign_up("ann@example.org")[1])
    assert key["kid"] == token_header["kid"]
    assert (key["alg"], key["use"], key["key_ops"], key["kty"]) == ("ES256", "sig", ["verify"], "EC")
    assert "d" not in key


def test_the_database_sees_the_claims(stack: SupabaseStack) -> None:
    user_id, token = stack.sign_up("ann@example.org")
    with stack.client(token) as client:
        claims = client.post("/rest/v1/rpc/claims", json={}).json()
    assert claims["sub"] == user_id
    assert claims["user_metadata"]["email"] == "ann@example.org"
    assert claims["iss"] == stack.issuer


def test_rows_are_those_of_the_caller(stack: SupabaseStack) -> None:
    _, ann = stack.sign_up("ann@example.org")
    _, bob = stack.sign_up("bob@example.org")
    with stack.client(ann) as client:
        assert client.post("/rest/v1/notes", json={"body": "mine"}).status_code == 201
        assert len(client.get("/rest/v1/notes").json()) == 1
    with stack.client(bob) as client:
        assert client.get("/rest/v1/notes").json() == []


def test_tokens_that_were_tampered_with_are_refused(stack: SupabaseStack) -> None:
    _, token = stack.sign_up("ann@example.org")
    assert asked(stack, token)[0] == 200
    head, payload, signature = token.split(".")
    claims = jwt.decode(token, options={"verify_signature": False})
    other = jwt.encode({**claims, "role": "service_role"}, key="", algorithm="none").split(".")[1]
    for bad in (
        f"{head}.{other}.{signature}",
        f"{head}.{payload}.{signature[:-4]}AAAA",
        f"{head}.{payload}.",
        f"{head}.{payload}",
        "nonsense",
    ):
        assert asked(stack, bad) == BAD_SIGNATURE


def signed_with_secret(claims: Claims, secret: bytes) -> str:
    """Sign by hand: the library refuses to take a public key for a secret, an attacker does not."""
    parts = [json.dumps(part).encode() for part in ({"alg": "HS256", "typ": "JWT"}, claims)]
    text = b".".join(urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    signature = urlsafe_b64encode(hmac.digest(secret, text, "sha256")).rstrip(b"=")
    return (text + b"." + signature).decode()


def test_other_algorithms_are_refused(stack: SupabaseStack) -> None:
    claims = jwt.decode(stack.sign_up("ann@example.org")[1], options={"verify_signature": False})
    public = httpx.get(f"{stack.issuer}/.well-known/jwks.json").json()["keys"][0]
    assert asked(stack, jwt.encode(claims, key="", algorithm="none")) == BAD_SIGNATURE
    for secret in (json.dumps(public), public["x"], stack.secret_key, ""):
        assert asked(stack, signed_with_secret(claims, secret.encode())) == BAD_SIGNATURE


@pytest.mark.parametrize(
    "claims",
    [{"iss": "https://elsewhere.example/auth/v1"}, {"aud": "somebody else"}, {"exp": None}, {"sub": None}],
)
def test_tokens_meant_for_others_are_refused(stack: SupabaseStack, claims: Claims) -> None:
    assert asked(stack, signed(stack))[0] == 200
    removed = {name for name, value in claims.items() if value is None}
    token = signed(stack, **claims)
    if removed:
        kept = jwt.decode(signed(stack), options={"verify_signature": False})
        key = jwt.PyJWK.from_json(stack.key_file.read_text(encoding="utf-8"), algorithm="ES256")
        token = jwt.encode({k: v for k, v in kept.items() if k not in removed}, key, algorithm="ES256")
    assert asked(stack, token) == BAD_SIGNATURE


def test_an_expired_token_is_told_so(stack: SupabaseStack) -> None:
    past = int(time.time()) - 5
    assert asked(stack, signed(stack, exp=past)) == (401, "PGRST303", "JWT expired")


def test_a_token_that_was_good_expires_all_the_same(stack: SupabaseStack) -> None:
    expires = int(time.time()) + 5  # a machine that stalls shall not outlast it
    token = signed(stack, exp=expires)
    assert asked(stack, token)[0] == 200
    time.sleep(expires + 0.1 - time.time())
    assert asked(stack, token) == (401, "PGRST303", "JWT expired")


def test_the_auth_side_has_its_own_words(stack: SupabaseStack) -> None:
    for token in ("nonsense", signed(stack, exp=1)):
        with stack.client(token) as client:
            answer = client.get("/auth/v1/user")
        assert (answer.status_code, answer.json()["error_code"]) == (403, "bad_jwt")


@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_a_key_may_stand_where_a_token_does(stack: SupabaseStack, scheme: str) -> None:
    headers = {"apikey": stack.secret_key, "Authorization": f"{scheme} {stack.secret_key}"}
    assert httpx.get(f"{stack.url}/rest/v1/notes", headers=headers).json() == []


def test_without_a_key_nothing_is_answered(stack: SupabaseStack) -> None:
    _, token = stack.sign_up("ann@example.org")
    assert httpx.get(f"{stack.url}/rest/v1/notes").status_code == 401
    only_token = {"Authorization": f"Bearer {token}"}
    assert httpx.get(f"{stack.url}/rest/v1/notes", headers=only_token).status_code == 401


def test_a_restart_signs_nobody_out(stack: SupabaseStack) -> None:
    _, token = stack.sign_up("ann@example.org")
    stack.stop_launcher()
    stack.key_file.chmod(0o644)
    stack.start_launcher()
    assert asked(stack, token)[0] == 200
    assert stat.S_IMODE(stack.key_file.stat().st_mode) == 0o600
