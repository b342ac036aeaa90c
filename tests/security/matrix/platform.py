"""Health, documentation, and who one is."""

from tests.security.matrix.rules import Public, Rule, Rules, at

RULES: Rules = {
    "health": Public(at("/health")),
    "health_live": Public(at("/health/live")),
    "health_ready": Public(at("/health/ready")),
    "health_detailed": Public(at("/health/detailed")),
    "openapi": Public(at("/api/v1/openapi.json")),
    "docs": Public(at("/docs")),
    "docs_asset": Public(at("/docs/nothing.js")),
    "health_preflight": Public(at("/health/live")),
    "api_fallback": Public(at("/api/v1/nothing")),
    "me": Rule(None, at("/api/v1/me")),
}
