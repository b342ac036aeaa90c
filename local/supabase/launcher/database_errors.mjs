// Database errors as PostgREST answers them. lite knows some codes; all others it calls "SUP", HTTP 500, without
// details and hint.

const KNOWN_TO_LITE = /^(23502|25006|PGRST|PT\d{3}|(42|22|21|53|55)\w{3})$/;
const SQLSTATE = /^[0-9A-Z]{5}$/;
const LOST_CONNECTION = new Set([
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "CONNECTION_ENDED",
  "CONNECT_TIMEOUT",
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
]);
const UNREACHABLE = "The database cannot be reached";
const STATUS_OF_CODE = { 23503: 409, 23505: 409, P0001: 400, "57P01": 503 };
const STATUS_OF_CLASS = {
  "08": 503,
  "0L": 403,
  "0P": 403,
  28: 403,
  ...Object.fromEntries(
    "53 54 55 57 58 25 2D 38 39 3B 40 09 F0 HV P0 XX".split(" ").map((number) => [number, 500]),
  ),
};

/** Give the HTTP status of an SQLSTATE. */
export function statusOf(code) {
  return STATUS_OF_CODE[code] ?? STATUS_OF_CLASS[code.slice(0, 2)] ?? 400;
}

/** Translate what lite would not; PostgREST's own way to choose an answer (`RAISE SQLSTATE 'PGRST'`) carries it. */
export function translated(error) {
  const code = error?.code;
  if (LOST_CONNECTION.has(code)) {
    return answerWith(503, { code: "PGRST001", message: UNREACHABLE });
  }
  if (typeof code !== "string" || !SQLSTATE.test(code) || KNOWN_TO_LITE.test(code)) return error;
  return answerWith(statusOf(code), error);
}

/** The answer to all requests while there is no database. */
export function unreachable() {
  const body = { code: "PGRST001", message: UNREACHABLE, details: null, hint: null };
  return Response.json(body, { status: 503 });
}

function answerWith(status, { code, message, detail, hint }) {
  const body = { code, message, details: detail ?? null, hint: hint ?? null };
  return Object.assign(new Error(JSON.stringify(body)), {
    code: "PGRST",
    detail: JSON.stringify({ status, headers: {} }),
  });
}
