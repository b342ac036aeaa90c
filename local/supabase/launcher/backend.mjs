// One connection and lite's App on it, behind our handling of tokens and users. A reload makes another one.

import { setTimeout as pause } from "node:timers/promises";
import { App } from "@supabase/lite";
import { AdminUsers } from "./admin_users.mjs";
import { connect } from "./connection.mjs";
import { unreachable } from "./database_errors.mjs";
import { BadTokenError } from "./tokens.mjs";

const ISSUING = new Set(["/auth/v1/token", "/auth/v1/signup", "/auth/v1/verify"]);
const JWKS = "/auth/v1/.well-known/jwks.json";
const OPEN_WITHIN = 5_000;
const GRACE = 1; // seconds for statements that run
const ROLES = "anon, authenticated, service_role";

export class Backend {
  #tokens;
  #connection;
  #app;
  #users;

  #closed = false;
  #waiting = new Set();

  static async open(settings, tokens, onLost) {
    const backend = new Backend(settings, tokens, onLost);
    try {
      await Promise.race([backend.#prepared(), tooLate()]);
    } catch (error) {
      await backend.close();
      throw error;
    }
    return backend;
  }

  constructor(settings, tokens, onLost) {
    this.#tokens = tokens;
    this.#connection = connect(settings, () => this.#closed || onLost());
    this.#app = new App(configuration(settings, this.#connection));
    this.#users = new AdminUsers(this.#connection.driver, settings.secretKey);
  }

  async #prepared() {
    await this.#makeAuthSchema();
    await this.#readSchema();
  }

  async #makeAuthSchema() {
    await this.#app.init();
    await this.#app.ensureSystemSchema(); // swallows its errors: the next line finds them
    await this.#connection.driver`select from auth.users, auth.identities where auth.uid() is not null limit 0`;
    // last, as the sign that all is there
    await this.#connection.driver.unsafe(`grant usage on schema auth to ${ROLES}`);
  }

  /** lite reads it at the first request and never again: nobody has to wait for it. */
  async #readSchema() {
    await this.#connection.introspect({ useCache: true });
  }

  /** Answer in any case: a driver that lost its connections may leave statements pending for ever. */
  answer(request) {
    return new Promise((resolve, reject) => {
      this.#waiting.add(resolve);
      this.#answered(request)
        .then(resolve, reject)
        .finally(() => this.#waiting.delete(resolve));
    });
  }

  async #answered(request) {
    const { pathname } = new URL(request.url);
    if (pathname === JWKS) return Response.json(this.#tokens.published);
    if (request.method !== "OPTIONS" && AdminUsers.serves(pathname)) return this.#users.answer(request, pathname);
    let inward;
    try {
      inward = await this.#withTwin(request);
    } catch (error) {
      if (error instanceof BadTokenError) return refusal(error, pathname);
      throw error;
    }
    const response = await this.#app.fetch(inward);
    const issued = request.method === "POST" && response.ok && ISSUING.has(pathname);
    return issued ? this.#withOurToken(response) : response;
  }

  async #withTwin(request) {
    const token = /^Bearer\s+(.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
    if (!token || token.startsWith("sb_")) return request;
    const headers = new Headers(request.headers);
    headers.set("authorization", `Bearer ${await this.#tokens.inward(token)}`);
    const { method, body } = request;
    return new Request(request.url, { method, headers, body, ...(body && { duplex: "half" }) });
  }

  async #withOurToken(response) {
    const body = await response.clone().json();
    if (!body?.access_token || !body.user) return response;
    const headers = new Headers(response.headers);
    headers.delete("content-length"); // that of lite's shorter token
    const session = { ...body, access_token: await this.#tokens.outward(body.access_token, body.user) };
    return new Response(JSON.stringify(session), { status: response.status, headers });
  }

  async close() {
    this.#closed = true;
    const ended = this.#connection.driver.end({ timeout: GRACE }).catch(() => {});
    await Promise.race([ended, pause(2_000 * GRACE, undefined, { ref: false })]);
    for (const give of this.#waiting) give(unreachable());
  }
}

async function tooLate() {
  await pause(OPEN_WITHIN, undefined, { ref: false });
  throw new Error("the database does not answer");
}

function configuration(settings, connection) {
  return {
    connection,
    api: { port: settings.port, schemas: ["public"], max_rows: 1000 },
    auth: {
      enabled: true,
      site_url: settings.siteUrl,
      jwt_secret: settings.jwtSecret,
      jwt_expiry: settings.tokenLifetime,
      enable_signup: true,
      publishable_key: settings.publishableKey,
      secret_key: settings.secretKey,
      email: { enable_signup: true, enable_confirmations: false },
    },
    options: { server: { admin: false } }, // in admin mode a local caller without a key is the service role
  };
}

function refusal(error, pathname) {
  if (pathname.startsWith("/auth/")) {
    const msg = `invalid JWT: ${error.expired ? "token is expired" : "signature is invalid"}`;
    return Response.json({ code: 403, error_code: "bad_jwt", msg }, { status: 403 });
  }
  const code = error.expired ? "PGRST303" : "PGRST301";
  return Response.json({ code, message: error.message, details: null, hint: null }, { status: 401 });
}
