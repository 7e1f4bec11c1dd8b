// BullMQ with one feature on, as the program of a contender: see feature_program.py.
//
//   node bullmq_features.mjs FEATURE enqueue bulk N
//   node bullmq_features.mjs FEATURE worker CONCURRENCY
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(path.join(process.env.BENCH_NODE_DIR, "package.json"));
const { FlowProducer, Queue, Worker } = require("bullmq");

const BULK = 1000;
const PLENTY = 1e9;
const CHILDREN = 10;
const CHAIN = 5;
const address = new URL(process.env.BENCH_REDIS);
const connection = { host: address.hostname, port: Number(address.port) };

// What a job, the queue and the worker say for each feature that both libraries have.
const FEATURES = {
  plain: {},
  // Here a small number is urgent, and 0 means none.
  priority: { options: (n) => ({ priority: 1 + (n % 11) }) },
  "delay that is over": { options: () => ({ delay: 1 }) },
  unique: { options: (n) => ({ deduplication: { id: `key-${n}` } }) },
  "unique, throttle": { options: (n) => ({ deduplication: { id: `key-${n}`, ttl: 3_600_000 } }) },
  "unique, debounce": {
    options: (n) => ({
      delay: 1,
      deduplication: { id: `key-${n}`, ttl: 1, extend: true, replace: true },
    }),
  },
  "rate, sliding window": { worker: { limiter: { max: PLENTY, duration: 60_000 } } },
  max_running: { prepare: (queue) => queue.setGlobalConcurrency(100_000) },
  "a schedule beside the jobs": {
    prepare: (queue) => queue.upsertJobScheduler("far", { every: 10 ** 10 }),
  },
  "flows, 10 children each": { flow: fan, size: CHILDREN + 1 },
  "flows, chains of 5": { flow: () => chain(CHAIN), size: CHAIN },
};

const TEXT = "some words to fill a message that somebody might have sent by hand, ".repeat(2);
const nanoseconds = () => Number(process.hrtime.bigint());
const job = (options, n) => ({
  name: "noop",
  data: {
    t: nanoseconds(),
    user: 123456,
    email: "person@example.com",
    kind: "greeting",
    lang: "en",
    text: TEXT.slice(0, 100),
  },
  opts: options?.(n) ?? {},
});

async function enqueue(feature, jobs) {
  const queue = new Queue("bench", { connection });
  await feature.prepare?.(queue);
  await queue.add("noop", job(undefined, 0).data, feature.options?.(0) ?? {});
  const before = process.cpuUsage();
  const began = performance.now();
  let next = feature.flow ? await startFlows(feature, jobs) : 1;
  while (next < jobs) {
    const count = Math.min(BULK, jobs - next);
    const first = next;
    await queue.addBulk(Array.from({ length: count }, (_, n) => job(feature.options, first + n)));
    next += count;
  }
  const seconds = (performance.now() - began) / 1000;
  const used = process.cpuUsage(before);
  console.log(JSON.stringify({ n: jobs - 1, seconds, cpu: (used.user + used.system) / 1e6 }));
  await queue.close();
}

function fan() {
  const children = Array.from({ length: CHILDREN }, () => node());
  return { ...node(), children };
}

function chain(length) {
  return length === 1 ? node() : { ...node(), children: [chain(length - 1)] };
}

function node() {
  return { ...job(undefined, 0), queueName: "bench" };
}

// As many whole flows as there are jobs for, 50 in a call; gives the number of the next job.
async function startFlows({ flow, size }, jobs) {
  const producer = new FlowProducer({ connection });
  const flows = Math.floor((jobs - 1) / size);
  for (let started = 0; started < flows; started += 50) {
    await producer.addBulk(Array.from({ length: Math.min(50, flows - started) }, flow));
  }
  await producer.close();
  return 1 + flows * size;
}

function work(feature, concurrency) {
  const log = fs.openSync(process.env.BENCH_LOG, "a");
  const times = Buffer.alloc(16);
  const worker = new Worker(
    "bench",
    async ({ data }) => {
      times.writeBigInt64LE(BigInt(data.t), 0);
      times.writeBigInt64LE(process.hrtime.bigint(), 8);
      fs.writeSync(log, times);
      return { user: 123456, sent: 1 };
    },
    { connection, concurrency, ...feature.worker },
  );
  worker.on("error", (error) => console.error(error));
}

const [name, verb, ...rest] = process.argv.slice(2);
if (verb === "enqueue") await enqueue(FEATURES[name], Number(rest[1]));
else work(FEATURES[name], Number(rest[0]));
