// The key that tokens are signed with; kept in a file, so that a restart signs nobody out.

import { chmod, link, readFile, rm, writeFile } from "node:fs/promises";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from "jose";

/** Give `{ algorithm, kid, sign, verify, published }`; `published` is what the JWKS shows. */
export async function loadSigningKey({ algorithm, jwtSecret, keyFile }) {
  if (algorithm === "HS256") {
    const secret = new TextEncoder().encode(jwtSecret);
    return { algorithm, kid: undefined, sign: secret, verify: secret, published: [] };
  }
  const jwk = (await stored(keyFile)) ?? (await created(keyFile, algorithm));
  const { d: _secret, ...open } = jwk;
  const kid = await calculateJwkThumbprint(open);
  const published = [{ ...open, kid, alg: algorithm, use: "sig", key_ops: ["verify"] }];
  return { algorithm, kid, sign: await importJWK(jwk, algorithm), verify: await importJWK(open, algorithm), published };
}

async function stored(file) {
  if (!file) return null;
  let content;
  try {
    content = await readFile(file, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
  await chmod(file, 0o600);
  return parsed(content, file);
}

function parsed(content, file) {
  try {
    const jwk = JSON.parse(content);
    if (jwk.kty === "EC" && jwk.d) return jwk;
  } catch {
    // said below; the text itself is a secret
  }
  throw new Error(`${file} holds no signing key: remove it to get a new one`);
}

async function created(file, algorithm) {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = await exportJWK(privateKey);
  if (!file) return jwk;
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, JSON.stringify(jwk), { mode: 0o600 });
  try {
    await link(draft, file); // whole or not at all, and never over the key of a launcher that was faster
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  } finally {
    await rm(draft);
  }
  return stored(file);
}
