// Keeps one backend that works: a new one takes its place when the schema has changed, or a connection was lost.

import { setTimeout as pause } from "node:timers/promises";
import { unreachable } from "./database_errors.mjs";
import { say } from "./console.mjs";

const BETWEEN_TRIES = 25;
const MOMENT = 5;

export class Gateway {
  #open;
  #backend;
  #renewal = null;
  #away = false; // a try to renew has failed: callers are not kept waiting
  #closed = false;

  /** `open(onLost)` gives a backend; `onLost` is called when one of its connections closes. */
  static async start(open) {
    const gateway = new Gateway(open);
    gateway.#backend = await gateway.#opened();
    return gateway;
  }

  constructor(open) {
    this.#open = open;
  }

  async answer(request) {
    while (this.#renewal && !this.#away) await pause(MOMENT);
    return this.#away ? unreachable() : this.#backend.answer(request);
  }

  /** Take a new backend, with the schema as it is now. */
  async reload() {
    await this.#renewal;
    await this.renew();
    say("reloaded");
  }

  /** Replace the backend; its driver may never write again on a connection that was lost while it wrote. */
  renew() {
    this.#renewal ??= this.#renewed().finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  }

  async close() {
    this.#closed = true;
    await this.#backend.close();
  }

  async #renewed() {
    while (!this.#closed) {
      try {
        const [old, next] = [this.#backend, await this.#opened()];
        this.#backend = next;
        this.#away = false;
        old.close(); // in its own time: it may be answering still
        return;
      } catch {
        this.#away = true;
        await pause(BETWEEN_TRIES);
      }
    }
  }

  async #opened() {
    let backend = null; // until it is open, its losses are the failure to open it
    backend = await this.#open(() => {
      if (backend && backend === this.#backend && !this.#closed) this.renew();
    });
    return backend;
  }
}
