// The connection to PostgreSQL: values as PostgREST writes them, and the two places where lite is overruled.

import { createPostgresConnection } from "@supabase/lite/postgres";
import { translated } from "./database_errors.mjs";

const STATEMENT_TIMEOUT = 8_000; // ms, as hosted Supabase has it for signed-in users

const text = (value) => value;

/** `2026-11-21 02:31:57.5+00` as `2026-11-21T02:31:57.5+00:00`. */
export function isoTimestamp(value) {
  return value.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00");
}

function timestampText(value) {
  return value instanceof Date ? value.toISOString() : value;
}

/** lite hands some documents over as text that is JSON already; encoded again they would be mere strings. */
export function jsonText(value) {
  return isJsonDocument(value) ? value : JSON.stringify(value);
}

function isJsonDocument(value) {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return false;
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}

function numberIfFinite(value) {
  const number = Number(value);
  return Number.isFinite(number) ? number : value; // NaN and infinity have no JSON
}

const type = (oid, serialize, parse) => ({ to: oid, from: [oid], serialize, parse });

const TYPES = {
  timestamptz: type(1184, timestampText, isoTimestamp),
  timestamp: type(1114, timestampText, (value) => value.replace(" ", "T")),
  numeric: type(1700, String, numberIfFinite),
  bytea: type(17, text, text),
  json: type(114, jsonText, JSON.parse),
  jsonb: type(3802, jsonText, JSON.parse),
};

export function connect({ databaseUrl, pool }, onClose) {
  const connection = createPostgresConnection({
    url: databaseUrl,
    postgresOptions: {
      max: pool,
      max_lifetime: 0, // every close is a loss
      connect_timeout: 5,
      onnotice: () => {},
      onclose: onClose,
      connection: { application_name: "lite", statement_timeout: STATEMENT_TIMEOUT },
      types: TYPES,
    },
  });
  connection.normalizeDbError = translated;
  // lite would grant everything in every schema with row-level security, and so undo each REVOKE of a migration.
  connection.ensureRlsContext = async () => {
    connection.rlsState = "active";
    return true;
  };
  return connection;
}
