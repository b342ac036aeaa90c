// A talk through the generated client: begun, answered, ended, read; and what is refused. Prints what it saw.
import { type Problem, type Schema, talenti } from "./client.js";

declare const process: { argv: string[] }; // of Node
type Turn = Schema<"Turn">;

const [url = "", token = "", interviewId = ""] = process.argv.slice(2);
const client = talenti(url, () => token);
const params = { path: { interview_id: interviewId } };

/** The answer, or the problem thrown: what is left is typed as the answer. */
function taken<Answer>(result: { data?: Answer; error?: Problem }): Answer {
  if (result.data === undefined) throw new Error(result.error?.code ?? "no answer");
  return result.data;
}

async function answer(message: string): Promise<Turn> {
  const said: Schema<"Chat"> = { interview_id: interviewId, message, turn_id: crypto.randomUUID() };
  return taken(await client.POST("/api/v1/interview/chat", { body: said }));
}

/** For recruiters: the score with its evidence, or null while there is none. */
async function bestDimension(): Promise<string | null> {
  const { data, error, response } = await client.GET("/api/v1/interview/{interview_id}/report", { params });
  if (data === undefined) {
    console.log(JSON.stringify({ refused: response.status, code: error.code }));
    return null;
  }
  const dimensions = data.score?.dimensions ?? [];
  const [best] = [...dimensions].sort((one, other) => (other.score ?? 0) - (one.score ?? 0));
  return best?.dimension ?? null;
}

const me = taken(await client.GET("/api/v1/me"));
const begun = taken(await client.POST("/api/v1/interview/{interview_id}/start", { params, body: { mode: "text" } }));
const turn = await answer("I look after a booking service in Python, and measured before I changed it.");
const left: number = turn.progress.questions_total - turn.progress.questions_asked;
const ended = taken(await client.POST("/api/v1/interview/{interview_id}/end", { params, body: {} }));
await bestDimension();
console.log(JSON.stringify({ me: me.id, begun: begun.status, turn: turn.turn_id, left, ended: ended.status }));
