// Answers one JSON line with one: {"answers": [[action, resource], …]} or {"count": n}.
// Usage: node iam_simulate.mjs FOLDER-WITH-NODE_MODULES, the workload on the first line.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(`${process.argv[2]}/`);
const { runSimulation, runUnsafeSimulation } = require("@cloud-copilot/iam-simulate");

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const workload = JSON.parse((await lines.next()).value);
const { account, context, documents, others, principal, requests } = workload;
const simulation = {
  identityPolicies: documents.map((policy, n) => ({ name: `policy-${n}`, policy })),
  serviceControlPolicies: others.scp
    ? [{ orgIdentifier: "r-root", policies: [{ name: "scp", policy: others.scp }] }]
    : [],
  resourceControlPolicies: [],
  resourcePolicy: others.resource,
  permissionBoundaryPolicies: others.boundary && [{ name: "boundary", policy: others.boundary }],
  sessionPolicy: others.session,
};

async function allowed(action, resource) {
  const request = {
    principal,
    action,
    resource: { resource, accountId: account },
    contextVariables: { ...context },
  };
  // The one without validation is faster, and takes no session policy.
  if (!others.session) return runUnsafeSimulation({ ...simulation, request }, {}) === "Allowed";
  const result = await runSimulation({ ...simulation, request }, {});
  if (result.resultType === "error") throw new Error(JSON.stringify(result.errors));
  return result.overallResult === "Allowed";
}

console.log(JSON.stringify({ ready: true }));
let turn = 0;
for await (const line of lines) {
  const asked = JSON.parse(line);
  if (asked.answers) {
    const given = [];
    for (const [action, resource] of asked.answers) given.push(await allowed(action, resource));
    console.log(JSON.stringify(given));
    continue;
  }
  const before = process.cpuUsage();
  for (let n = 0; n < asked.count; n++) {
    await allowed(...requests[turn]);
    turn = (turn + 1) % requests.length;
  }
  const used = process.cpuUsage(before);
  console.log(JSON.stringify((used.user + used.system) / 1e6));
}
