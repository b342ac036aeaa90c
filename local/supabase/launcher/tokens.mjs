// Tokens as hosted Supabase issues them. lite knows only HS256 and few claims: outward its tokens are signed anew,
// inward they are replaced by a twin that it understands.

import { SignJWT, errors, jwtVerify } from "jose";

const AUDIENCE = "authenticated";
const MOST_TWINS = 5_000;

export class BadTokenError extends Error {
  constructor(expired) {
    super(expired ? "JWT expired" : "JWSError JWSInvalidSignature");
    this.expired = expired;
  }
}

export class Tokens {
  #key;
  #issuer;
  #liteSecret;
  #twins = new Map();

  constructor({ issuer, jwtSecret }, key) {
    this.#key = key;
    this.#issuer = issuer;
    this.#liteSecret = new TextEncoder().encode(jwtSecret);
  }

  get published() {
    return { keys: this.#key.published };
  }

  /** Sign what lite has issued to `user` with our key, and with all that hosted tokens claim. */
  async outward(token, user) {
    const { payload } = await jwtVerify(token, this.#liteSecret, { algorithms: ["HS256"] });
    const claims = {
      ...payload,
      iss: this.#issuer,
      phone: user.phone ?? "",
      app_metadata: user.app_metadata ?? {},
      user_metadata: user.user_metadata ?? {},
      aal: "aal1",
      amr: [{ method: "password", timestamp: payload.iat }],
      is_anonymous: false,
    };
    const header = { alg: this.#key.algorithm, typ: "JWT", ...(this.#key.kid && { kid: this.#key.kid }) };
    return new SignJWT(claims).setProtectedHeader(header).sign(this.#key.sign);
  }

  /** Check a caller's token and give its twin for lite; raise BadTokenError otherwise. */
  async inward(token) {
    const known = this.#twins.get(token);
    if (known) return known.until > Date.now() / 1000 ? known.twin : this.#forget(token);
    const payload = await this.#checked(token);
    const twin = await new SignJWT(payload).setProtectedHeader({ alg: "HS256", typ: "JWT" }).sign(this.#liteSecret);
    if (this.#twins.size >= MOST_TWINS) this.#twins.clear();
    this.#twins.set(token, { twin, until: payload.exp });
    return twin;
  }

  #forget(token) {
    this.#twins.delete(token);
    throw new BadTokenError(true);
  }

  async #checked(token) {
    try {
      const { payload } = await jwtVerify(token, this.#key.verify, {
        algorithms: [this.#key.algorithm],
        issuer: this.#issuer,
        audience: AUDIENCE,
        requiredClaims: ["exp", "sub"],
      });
      return payload;
    } catch (error) {
      throw new BadTokenError(error instanceof errors.JWTExpired);
    }
  }
}
