// A candidate's page with the official clients: a token of ours, speech in the browser, and speech uploaded.
import { createRequire } from "node:module";

const [api, token, interview, modules, text] = process.argv.slice(2);
const load = createRequire(`${modules}/`);
const { WebPubSubClient } = load("@azure/web-pubsub-client");
const sdk = load("microsoft-cognitiveservices-speech-sdk");

const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
const asked = async (path, body) =>
  (await fetch(`${api}${path}`, { method: "POST", headers, body: JSON.stringify(body) })).json();

const issued = await asked("/api/v1/speech/token", { interview_id: interview });
const config = sdk.SpeechConfig.fromHost(new URL(issued.host));
config.authorizationToken = issued.token;
config.speechRecognitionLanguage = "en-AU";
config.speechSynthesisVoiceName = "en-AU-NatashaNeural";
config.speechSynthesisOutputFormat = sdk.SpeechSynthesisOutputFormat.Riff16Khz16BitMonoPcm;

const synthesizer = new sdk.SpeechSynthesizer(config, null);
const sound = await new Promise((resolve, reject) => synthesizer.speakTextAsync(text, resolve, reject));
synthesizer.close();
if (!sound.audioData) throw new Error(`nothing was said: ${sound.errorDetails}`);
const wav = Buffer.from(sound.audioData);

const recognizer = new sdk.SpeechRecognizer(config, sdk.AudioConfig.fromWavFileInput(wav));
const heard = await new Promise((resolve, reject) => recognizer.recognizeOnceAsync(resolve, reject));
recognizer.close();

const client = new WebPubSubClient({
  getClientAccessUrl: async () =>
    (await asked("/api/v1/realtime/negotiate", { interview_id: interview, purpose: "transcription" })).url,
});
const frames = [];
let wake = () => {};
client.on("server-message", ({ message }) => {
  frames.push(message.data);
  wake();
});
const until = async (type) => {
  while (!frames.some((frame) => frame.type === type)) await new Promise((resolve) => (wake = resolve));
};

await client.start();
await until("connected");
await client.sendEvent("ping", {}, "json");
await client.sendEvent("start", { turn_id: "t-1" }, "json");
const bytes = wav.buffer.slice(wav.byteOffset, wav.byteOffset + wav.byteLength);
await client.sendEvent("utterance", bytes, "binary");
await client.sendEvent("utterance", bytes, "binary"); // as after a lost answer
await client.sendEvent("utterance", new TextEncoder().encode("no sound").buffer, "binary");
await client.sendEvent("stop", {}, "json");
await until("ended");

client.stop();
console.log(JSON.stringify({ heard: heard.text, size: wav.length, frames }));
process.exit(0); // timers of the clients outlive their end
