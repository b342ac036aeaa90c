// What the launcher says. lite prints whole errors, with rows in them, and the mails it does not send, with their
// one-time codes: none of that belongs in a log.

export function say(text) {
  process.stdout.write(`${text}\n`);
}

export function quietConsole() {
  for (const name of ["log", "info", "debug"]) console[name] = () => {};
  for (const name of ["warn", "error"]) console[name] = (...parts) => complain(parts);
}

function complain(parts) {
  const error = parts.find((part) => part instanceof Error);
  if (error && isUnexpected(error)) say(`${error.name} ${error.code ?? ""}`.trim());
}

// An error of a statement is the answer to its request, and no concern of the operator's.
function isUnexpected(error) {
  return !/^(PGRST|[0-9A-Z]{5})$/.test(error.code ?? "");
}
