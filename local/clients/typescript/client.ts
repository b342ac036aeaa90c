import createClient, { type Client, type Middleware } from "openapi-fetch";

import type { components, paths } from "./schema.js";

/** A body, an answer or a part of one, by its name in the description. */
export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];

export type Problem = Schema<"Problem">;

/** Gives the access token of now: it is asked at each call, so that it may have been renewed. */
export type Token = () => string | Promise<string>;

/** A client whose calls are typed by path and method: `client.GET("/api/v1/me")`. */
export function talenti(baseUrl: string, token: Token): Client<paths> {
  const signed: Middleware = {
    async onRequest({ request }) {
      request.headers.set("Authorization", `Bearer ${await token()}`);
      return request;
    },
  };
  const client = createClient<paths>({ baseUrl });
  client.use(signed);
  return client;
}
