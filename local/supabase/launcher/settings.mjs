// What the launcher is told, all through its environment.

const REQUIRED = ["DATABASE_URL", "SUPABASE_PUBLISHABLE_KEY", "SUPABASE_SECRET_KEY", "JWT_SECRET"];
const SHORTEST_SECRET = 32;
const ALGORITHMS = ["ES256", "HS256"];

export class SettingsError extends Error {}

export function readSettings(environment) {
  const missing = REQUIRED.filter((name) => !environment[name]);
  if (missing.length > 0) throw new SettingsError(`not set: ${missing.join(", ")}`);
  if (environment.JWT_SECRET.length < SHORTEST_SECRET) {
    throw new SettingsError(`JWT_SECRET is shorter than ${SHORTEST_SECRET} characters`);
  }
  const port = whole(environment, "PORT", 54321);
  const url = `http://127.0.0.1:${port}`;
  return {
    databaseUrl: environment.DATABASE_URL,
    port,
    url,
    issuer: `${url}/auth/v1`,
    publishableKey: environment.SUPABASE_PUBLISHABLE_KEY,
    secretKey: environment.SUPABASE_SECRET_KEY,
    jwtSecret: environment.JWT_SECRET,
    algorithm: oneOf(environment, "JWT_ALG", ALGORITHMS),
    keyFile: environment.JWK_FILE,
    tokenLifetime: whole(environment, "JWT_EXPIRY", 3600),
    pool: whole(environment, "POOL", 10),
    siteUrl: environment.SITE_URL || "http://127.0.0.1:5173",
  };
}

function whole(environment, name, otherwise) {
  const number = Number(environment[name] || otherwise);
  if (!Number.isInteger(number) || number < 1) throw new SettingsError(`${name} is not a whole number above 0`);
  return number;
}

function oneOf(environment, name, allowed) {
  const value = environment[name] || allowed[0];
  if (!allowed.includes(value)) throw new SettingsError(`${name} is none of ${allowed.join(", ")}`);
  return value;
}
