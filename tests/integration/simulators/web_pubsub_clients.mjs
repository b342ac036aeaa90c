// Both JavaScript clients as a frontend and a server use them: join, speak, drop, recover.
import { createRequire } from "node:module";

const [url, key, hub, modules] = process.argv.slice(2);
const require = createRequire(`${modules}/`);
const { WebPubSubServiceClient } = require("@azure/web-pubsub");
const { WebPubSubClient } = require("@azure/web-pubsub-client");

const connection = `Endpoint=${url};AccessKey=${key};Version=1.0;`;
const service = new WebPubSubServiceClient(connection, hub, { allowInsecureConnection: true });
const roles = ["webpubsub.joinLeaveGroup.g-1", "webpubsub.sendToGroup.g-1"];
const token = await service.getClientAccessToken({ userId: "u-js", roles });
const client = new WebPubSubClient(token.url, { messageRetryOptions: { maxRetries: 0 } });

const heard = [];
const greeted = [];
let wake = () => {};
const note = (list, what) => {
  list.push(what);
  wake();
};
const until = async (done) => {
  while (!done()) await new Promise((resolve) => (wake = resolve));
};

client.on("connected", (event) => note(greeted, event.userId));
client.on("group-message", (event) => note(heard, event.message.data));
client.on("server-message", (event) => note(heard, event.message.data));

await client.start();
await client.joinGroup("g-1");
await client.sendToGroup("g-1", { n: 1 }, "json");
await until(() => heard.length === 1);

await fetch(`${url}/_sim/web_pubsub/drop`, { method: "POST", body: JSON.stringify({ user_id: "u-js" }) });
await service.group("g-1").sendToAll({ n: 2 });
await until(() => heard.length === 2);

await service.sendToUser("u-js", "from the service", { contentType: "text/plain" });
await until(() => heard.length === 3);
const refused = await client.joinGroup("g-2").catch((error) => error.errorDetail.name);

client.stop();
console.log(JSON.stringify({ greeted: greeted[0], heard, connections: greeted.length, refused }));
process.exit(0); // timers of the client outlive its end
