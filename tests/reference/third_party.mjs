// Decides cases, one JSON array of them a line, with @cloud-copilot/iam-simulate of the folder given.
// Developers only: the package is AGPL; nothing of it is part of the product or shipped with it.
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { createRequire } from 'node:module'
import path from 'node:path'

const folder = path.resolve(process.argv[2])
const home = path.join(folder, 'node_modules', '@cloud-copilot', 'iam-simulate', 'dist', 'esm')
const load = (name) => import(pathToFileURL(path.join(home, name)))
const { authorize } = await load('core_engine/CoreSimulatorEngine.js')
const { AwsRequestImpl } = await load('request/request.js')
const { RequestContextImpl } = await load('requestContext.js')
const { DiscoveryContextKeyConstraints } = await load('context_keys/discoveryContextKeyConstraints.js')
const { loadPolicy } = createRequire(path.join(home, 'index.js'))('@cloud-copilot/iam-policy')

const OUTCOMES = { Allowed: 'allowed', ImplicitlyDenied: 'implicitDeny', ExplicitlyDenied: 'explicitDeny' }
const FULL = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }
const NAME = { name: 'policy' }
const listed = (one) => (Array.isArray(one) ? one : [one])
const read = (documents) => (documents ?? []).map((one) => loadPolicy(one, NAME))
const levels = (found, always) =>
  (found ?? []).map((level, at) => ({ orgIdentifier: `level-${at}`, policies: read([...always, ...level]) }))

function outcome(one) {
  const who = one.principal
  const caller = who.type === 'Anonymous' ? { type: 'Anonymous' } : who.arn
  const owner = one.resource_account ?? (one.resource.split(':')[4] || who.account)
  const session = one.session && {
    Version: '2012-10-17',
    Statement: one.session.flatMap((policy) => listed(policy.Statement)),
  }
  const request = new AwsRequestImpl(
    caller,
    { resource: one.resource, accountId: owner },
    one.action,
    new RequestContextImpl(one.context),
  )
  return OUTCOMES[
    authorize({
      request,
      sessionPolicy: session ? loadPolicy(session, NAME) : undefined,
      identityPolicies: read(one.identity),
      serviceControlPolicies: levels(one.scps, []),
      resourceControlPolicies: levels(one.rcps, [FULL]),
      resourcePolicy: one.resource_policy ? loadPolicy(one.resource_policy, NAME) : undefined,
      permissionBoundaries: one.boundary ? read([one.boundary]) : undefined,
      vpcEndpointPolicies: one.endpoint ? read([one.endpoint]) : undefined,
      simulationParameters: {
        simulationMode: 'Strict',
        discoveryContextKeyConstraints: new DiscoveryContextKeyConstraints([]),
      },
      serviceSettings: { s3: {} },
    }).result
  ]
}

for await (const line of createInterface({ input: process.stdin })) {
  const found = JSON.parse(line).map((one) => {
    try {
      return outcome(one)
    } catch (error) {
      return `error: ${error.message}`
    }
  })
  process.stdout.write(`${JSON.stringify(found)}\n`)
}
