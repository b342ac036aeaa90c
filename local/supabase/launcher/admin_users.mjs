// The admin part of the auth API, which lite lacks: users made, found, changed and removed with the secret key.

import { randomUUID } from "node:crypto";
import bcrypt from "bcryptjs";

const ROOT = "/auth/v1/admin/";
const USERS = /^\/auth\/v1\/admin\/users(?:\/([^/]+))?\/?$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const CHEAP = 4; // rounds of bcrypt: local only
const MOST_PER_PAGE = 1_000;
const HOUR = 3_600_000;
const UNITS = { ms: 1, s: 1_000, m: 60_000, h: HOUR };

class AuthError extends Error {
  constructor(status, errorCode, message) {
    super(message);
    this.status = status;
    this.body = { code: status, error_code: errorCode, msg: message };
  }
}

export class AdminUsers {
  #sql;
  #secretKey;

  constructor(sql, secretKey) {
    this.#sql = sql;
    this.#secretKey = secretKey;
  }

  static serves(pathname) {
    return pathname.startsWith(ROOT);
  }

  async answer(request, pathname) {
    try {
      if (request.headers.get("apikey") !== this.#secretKey) throw new AuthError(403, "not_admin", "User not allowed");
      return await this.#route(request, pathname);
    } catch (error) {
      const known = error instanceof AuthError ? error : fromDatabase(error);
      return Response.json(known.body, { status: known.status });
    }
  }

  #route(request, pathname) {
    const [path, id] = USERS.exec(pathname) ?? [];
    const ofAll = { GET: this.#list, POST: this.#create };
    const ofOne = { GET: this.#get, PUT: this.#update, DELETE: this.#delete };
    const handler = path && (id ? ofOne : ofAll)[request.method];
    if (!handler) throw new AuthError(404, "not_implemented", "Not part of the local Supabase");
    return handler.call(this, request, id);
  }

  async #list(request) {
    const query = new URL(request.url).searchParams;
    const page = positive(query, "page", 1);
    const perPage = Math.min(positive(query, "per_page", 50), MOST_PER_PAGE);
    const rows = await this.#sql`
      select * from auth.users order by created_at desc, id limit ${perPage} offset ${(page - 1) * perPage}`;
    const [{ total }] = await this.#sql`select count(*)::int as total from auth.users`;
    const users = await this.#shown(rows);
    return Response.json({ users, aud: "authenticated" }, { headers: { "x-total-count": String(total) } });
  }

  async #get(_request, id) {
    return this.#answerWith(id);
  }

  async #create(request) {
    const wish = await document(request);
    const email = wish.email?.toLowerCase() || null;
    if (!email && !wish.phone) {
      throw new AuthError(400, "validation_failed", "Cannot create a user without either an email or phone");
    }
    const id = wish.id ?? randomUUID();
    const row = {
      id,
      email,
      phone: wish.phone || null,
      role: wish.role || "authenticated",
      encrypted_password: await hashed(wish.password),
      email_confirmed_at: wish.email_confirm ? now() : null,
      phone_confirmed_at: wish.phone_confirm ? now() : null,
      banned_until: bannedUntil(wish.ban_duration),
      raw_app_meta_data: { provider: "email", providers: ["email"], ...wish.app_metadata },
      raw_user_meta_data: { email_verified: Boolean(wish.email_confirm), ...wish.user_metadata },
    };
    await this.#sql.begin(async (sql) => {
      await sql`insert into auth.users ${sql(row)}`;
      if (email) await sql`insert into auth.identities ${sql(identity(id, email, wish.email_confirm))}`;
    });
    return this.#answerWith(id);
  }

  async #update(request, id) {
    const [wish, row] = [await document(request), await this.#found(id)];
    const email = wish.email?.toLowerCase();
    const change = {
      updated_at: now(),
      ...(email && { email }),
      ...(wish.phone !== undefined && { phone: wish.phone || null }),
      ...(wish.role && { role: wish.role }),
      ...(wish.password && { encrypted_password: await hashed(wish.password) }),
      ...(wish.email_confirm && { email_confirmed_at: row.email_confirmed_at ?? now() }),
      ...(wish.ban_duration && { banned_until: bannedUntil(wish.ban_duration) }),
      raw_app_meta_data: merged(row.raw_app_meta_data, wish.app_metadata),
      raw_user_meta_data: merged(row.raw_user_meta_data, wish.user_metadata),
    };
    await this.#sql.begin(async (sql) => {
      await sql`update auth.users set ${sql(change)} where id = ${id}`;
      if (email) {
        await sql`update auth.identities set identity_data = identity_data || ${sql.json({ email })}
          where user_id = ${id} and provider = 'email'`;
      }
    });
    return this.#answerWith(id);
  }

  async #delete(request, id) {
    if ((await document(request)).should_soft_delete) {
      throw new AuthError(404, "not_implemented", "Soft deletion is not part of the local Supabase");
    }
    await this.#found(id);
    await this.#sql`delete from auth.users where id = ${id}`;
    return Response.json({});
  }

  async #found(id) {
    const [row] = UUID.test(id) ? await this.#sql`select * from auth.users where id = ${id}` : [];
    if (!row) throw new AuthError(404, "user_not_found", "User not found");
    return row;
  }

  async #answerWith(id) {
    const [user] = await this.#shown([await this.#found(id)]);
    return Response.json(user);
  }

  async #shown(rows) {
    const identities = await this.#sql`
      select id as identity_id, user_id as id, user_id, identity_data, provider, last_sign_in_at, created_at,
        updated_at, email
      from auth.identities where user_id = any(${rows.map((row) => row.id)}::uuid[]) order by created_at`;
    return rows.map((row) => shown(row, identities.filter((identity) => identity.user_id === row.id)));
  }
}

function shown(row, identities) {
  return {
    id: row.id,
    aud: row.aud,
    role: row.role,
    email: row.email ?? "",
    phone: row.phone ?? "",
    email_confirmed_at: row.email_confirmed_at,
    confirmed_at: row.confirmed_at,
    last_sign_in_at: row.last_sign_in_at,
    app_metadata: row.raw_app_meta_data,
    user_metadata: row.raw_user_meta_data,
    identities,
    created_at: row.created_at,
    updated_at: row.updated_at,
    is_anonymous: row.is_anonymous,
    ...(row.banned_until && { banned_until: row.banned_until }),
  };
}

function identity(userId, email, confirmed) {
  return {
    id: randomUUID(),
    provider: "email",
    provider_id: userId,
    user_id: userId,
    identity_data: { sub: userId, email, email_verified: Boolean(confirmed), phone_verified: false },
  };
}

async function document(request) {
  const text = await request.text();
  try {
    return text ? JSON.parse(text) : {};
  } catch {
    throw new AuthError(400, "bad_json", "The body is not JSON");
  }
}

function hashed(password) {
  return password ? bcrypt.hash(password, CHEAP) : null;
}

/** Merge as hosted does: a key set to null goes. */
function merged(old, change = {}) {
  return Object.fromEntries(Object.entries({ ...old, ...change }).filter(([, value]) => value !== null));
}

/** `24h`, `1h30m`, or `none`. */
function bannedUntil(duration) {
  if (!duration || duration === "none") return null;
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(duration)) {
    throw new AuthError(400, "validation_failed", "invalid format for ban duration");
  }
  const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  const length = parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit], 0);
  return new Date(Date.now() + length).toISOString();
}

function positive(query, name, otherwise) {
  const number = Number.parseInt(query.get(name) ?? "", 10);
  return number > 0 ? number : otherwise;
}

function fromDatabase(error) {
  if (error.code !== "23505") {
    console.error(error);
    return new AuthError(500, "unexpected_failure", "The database refused");
  }
  return error.constraint_name?.includes("phone")
    ? new AuthError(422, "phone_exists", "A user with this phone number has already been registered")
    : new AuthError(422, "email_exists", "A user with this email address has already been registered");
}

const now = () => new Date().toISOString();
