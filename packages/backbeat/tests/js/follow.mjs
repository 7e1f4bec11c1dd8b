// A client that a test steers: takes lines of JSON, answers each, and prints what it hears.
//
// node follow.mjs URL KEY TRANSPORT
import { createInterface } from "node:readline";
import { io } from "socket.io-client";

const [url, key, transport] = process.argv.slice(2);
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const socket = io(url, {
  auth: { token: key },
  transports: [transport],
  reconnectionDelay: 50,
  reconnectionDelayMax: 200,
});

socket.on("connect", () => say(["connect"]));
socket.on("disconnect", (reason) => say(["disconnect", { reason }]));
socket.on("connect_error", (error) =>
  say(["connect_error", { message: error.message, code: error.data?.code ?? null }]),
);
socket.onAny((name, fields) => say([name, fields]));

for await (const line of createInterface({ input: process.stdin })) {
  const { event, data } = JSON.parse(line);
  socket.emit(event, data, (answer) => say(["answer", answer]));
}
socket.disconnect();
