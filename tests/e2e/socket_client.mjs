// A candidate's page with the official client: negotiate, talk a turn, lose the line in the middle, repeat.
import { createRequire } from "node:module";

const [api, simulators, token, interview, modules] = process.argv.slice(2);
const { WebPubSubClient } = createRequire(`${modules}/`)("@azure/web-pubsub-client");

const negotiate = async () => {
  const answer = await fetch(`${api}/api/v1/realtime/negotiate`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ interview_id: interview, purpose: "chat" }),
  });
  return (await answer.json()).url;
};

const client = new WebPubSubClient({ getClientAccessUrl: negotiate });
const frames = [];
let wake = () => {};
const note = ({ message }) => {
  frames.push(message.data);
  wake();
};
const until = async (done) => {
  while (!done()) await new Promise((resolve) => (wake = resolve));
};
const count = (type) => frames.filter((frame) => frame.type === type).length;

client.on("server-message", note); // for this socket: connected, pong, error
client.on("group-message", note); // for every socket of the interview: chunk, done, error

await client.start();
await until(() => count("connected") === 1);
await client.sendEvent("ping", {}, "json");
await client.sendEvent("message", { content: "I write Python.", turn_id: "t-1" }, "json");
await until(() => count("chunk") >= 1);
const drop = { method: "POST", body: JSON.stringify({ user_id: process.argv[7] }) };
const { dropped } = await (await fetch(`${simulators}/_sim/web_pubsub/drop`, drop)).json();
await until(() => count("done") === 1);
await client.sendEvent("message", { content: "I write Python.", turn_id: "t-1" }, "json");
await until(() => count("done") === 2);
await client.sendEvent("message", { content: "" }, "json");
await until(() => count("error") === 1);

client.stop();
console.log(JSON.stringify({ frames, dropped }));
process.exit(0); // timers of the client outlive its end
