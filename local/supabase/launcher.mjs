// Supabase's HTTP side on a PostgreSQL of this machine: lite's App with what hosted Supabase has and lite lacks.
// `node launcher.mjs` serves; `node launcher.mjs --prepare` makes the auth schema and ends. Never for production.

import { serve } from "@hono/node-server";
import { Backend } from "./launcher/backend.mjs";
import { quietConsole, say } from "./launcher/console.mjs";
import { Gateway } from "./launcher/gateway.mjs";
import { SettingsError, readSettings } from "./launcher/settings.mjs";
import { loadSigningKey } from "./launcher/signing_key.mjs";
import { Tokens } from "./launcher/tokens.mjs";

const LOOPBACK = "127.0.0.1";
const KEEP_ALIVE = 75_000; // longer than pooled clients keep a connection: they would write into a closed one
const DRIVER = "/postgres/src/connection.js";
const GRACE = 3_000;

// lite reads both when it is needed: no reports of usage, and passwords that cost milliseconds.
process.env.DO_NOT_TRACK = "1";
process.env.LITE_TELEMETRY = "0";
process.env.LITE_AUTH_BCRYPT_COST ??= "4";

async function prepare(settings) {
  const backend = await Backend.open(settings, null, () => {});
  await backend.close();
}

async function run(settings) {
  const tokens = new Tokens(settings, await loadSigningKey(settings));
  const gateway = await Gateway.start((onLost) => Backend.open(settings, tokens, onLost));
  const server = await listen(settings.port, (request) => answer(request, gateway));
  process.on("SIGHUP", () => gateway.reload());
  process.on("uncaughtException", (error) => outlive(error, gateway));
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.once(signal, () => stop(server, gateway));
  }
  say(`listening on ${settings.url}`);
}

function answer(request, gateway) {
  if (request.method === "GET" && new URL(request.url).pathname === "/health") {
    return Response.json({ ok: true });
  }
  return gateway.answer(request);
}

function listen(port, fetch) {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port, hostname: LOOPBACK }, () => resolve(server));
    server.keepAliveTimeout = KEEP_ALIVE;
    server.headersTimeout = KEEP_ALIVE + 1_000;
    server.once("error", reject);
  });
}

/** The driver writes to a connection that has just been closed, out of reach of any handler of ours. */
function outlive(error, gateway) {
  if (error.stack?.includes(DRIVER)) return gateway.renew();
  say(`stopped by ${error.stack ?? error}`);
  return process.exit(1);
}

function stop(server, gateway) {
  setTimeout(() => server.closeAllConnections(), GRACE).unref();
  server.close(async () => {
    await gateway.close();
    process.exit(0);
  });
  server.closeIdleConnections();
}

async function main() {
  process.on("SIGHUP", () => {}); // asked too early: what is read afterwards is new anyway
  quietConsole();
  try {
    const settings = readSettings(process.env);
    await (process.argv.includes("--prepare") ? prepare(settings) : run(settings));
  } catch (error) {
    say(`cannot start: ${error.message}`);
    process.exit(error instanceof SettingsError ? 2 : 1);
  }
}

await main();
