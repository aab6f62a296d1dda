// A whole AT Protocol network on loopback: PLC directory, PDS and, unless told otherwise, AppView.
//
// One argument, JSON: {"appview": true, "rateLimits": false, "database": "postgresql://…",
// "schema": "letters_only"}. Without the AppView neither PostgreSQL nor Redis is asked.
// When all is up, one line of JSON on standard output says where. The network ends when its
// standard input is closed, on SIGTERM and on SIGINT.
//
// The control port does what a test cannot do from outside. POST, JSON in and out:
//   /process           answers once everything written so far is indexed
//   /label             {uri, val, cid?, neg?}: a label by the moderation service
//   /takedown-record   {uri}          /takedown-actor   {did}
import http from 'node:http'
import net from 'node:net'

const LOOPBACK = '127.0.0.1'
const INDEXING_MS = 30_000
const ENDING_MS = 8_000

const options = { appview: true, rateLimits: false, ...JSON.parse(process.argv[2] ?? '{}') }

keepToThisMachine()
const { TestNetwork, TestNetworkNoAppView } = await import('@atproto/dev-env')
const network = await start()
if (options.appview) await network.processAll(INDEXING_MS)
const control = await serveControl()

console.log(
  JSON.stringify({
    pds: network.pds.url,
    plc: network.plc.url,
    appview: network.bsky?.url ?? null,
    appviewDid: network.bsky?.ctx.cfg.serverDid ?? null,
    modServiceDid: network.bsky?.ctx.cfg.modServiceDid ?? null,
    control: `http://${LOOPBACK}:${control.address().port}`,
    jwtSecret: 'jwt-secret',
  }),
)

for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, end)
process.stdin.on('end', end).on('error', end).resume()

// The development servers listen on every interface; here they get the loopback one alone.
function keepToThisMachine() {
  const listen = net.Server.prototype.listen
  net.Server.prototype.listen = function (place, ...rest) {
    const isPort = typeof place === 'number' || /^\d+$/.test(place)
    if (isPort) {
      const ready = rest.find((value) => typeof value === 'function')
      return listen.call(this, { port: Number(place), host: LOOPBACK }, ready)
    }
    const named = place && typeof place === 'object' && 'port' in place && !place.host
    return listen.call(this, named ? { ...place, host: LOOPBACK } : place, ...rest)
  }
}

async function start() {
  const pds = { rateLimitsEnabled: options.rateLimits }
  if (!options.appview) return TestNetworkNoAppView.create({ pds })
  // Pictures are served by the AppView itself, so that they can be had on this machine.
  const port = await freePort()
  return TestNetwork.create({
    dbPostgresUrl: options.database,
    dbPostgresSchema: options.schema,
    pds,
    bsky: { port, publicUrl: `http://localhost:${port}` },
  })
}

async function freePort() {
  const server = net.createServer()
  await new Promise((ready) => server.listen(0, LOOPBACK, ready))
  const { port } = server.address()
  await new Promise((closed) => server.close(closed))
  return port
}

async function serveControl() {
  const server = http.createServer(async (request, response) => {
    const [status, body] = await answer(request).catch((error) => [500, { error: String(error) }])
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  })
  await new Promise((ready) => server.listen(0, LOOPBACK, ready))
  return server
}

async function answer(request) {
  let text = ''
  for await (const piece of request) text += piece
  const told = text ? JSON.parse(text) : {}
  const dataplane = network.bsky?.ctx.dataplane
  if (request.url === '/process') await network.processAll(INDEXING_MS)
  else if (request.url === '/label') await label(told)
  else if (request.url === '/takedown-record') await dataplane.takedownRecord({ recordUri: told.uri })
  else if (request.url === '/takedown-actor') await dataplane.takedownActor({ did: told.did })
  else return [404, { error: `there is no ${request.url}` }]
  return [200, {}]
}

async function label({ uri, val, cid = '', neg = false }) {
  const src = network.bsky.ctx.cfg.modServiceDid
  const cts = new Date().toISOString()
  await network.bsky.db.db
    .insertInto('label')
    .values({ src, uri, cid, val, neg, cts, exp: null })
    .onConflict((same) => same.columns(['src', 'uri', 'cid', 'val']).doUpdateSet({ neg, cts }))
    .execute()
}

let ending = false
async function end() {
  if (ending) return
  ending = true
  // Whatever still hangs is not waited for: nothing that it holds is kept.
  setTimeout(() => process.exit(0), ENDING_MS).unref()
  control.close()
  await network.close().catch((error) => console.error(error))
  process.exit(0)
}
