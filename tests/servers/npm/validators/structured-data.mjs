// What the structured data of HTML files lacks: one line of JSON an issue, on standard output.
//
//   node structured-data.mjs FILE…      {"file", "severity": "ERROR" | "WARNING", "message", "where"}
//
// Two opinions: the vocabulary (does schema.org know this type, and this property of it?), and what
// search engines document about the types that they show. A file without structured data is an
// issue as well. The last line counts what was found: {"files", "things"}.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import Validator from '@adobe/structured-data-validator'
import WebAutoExtractor from '@marbec/web-auto-extractor'

const vocabulary = await schemaOrg()
const files = process.argv.slice(2)
let things = 0
for (const file of files) await check(file)
tell({ files: files.length, things })

async function check(file) {
  const extractor = new WebAutoExtractor({ addLocation: true, embedSource: ['rdfa', 'microdata'] })
  const found = extractor.parse(await readFile(file, 'utf8'))
  const nodes = Object.values(found.jsonld).flat()
  things += nodes.length
  if (!nodes.length) tell({ file, severity: 'ERROR', message: 'no structured data', where: '' })
  for (const { message } of found.errors ?? []) tell({ file, severity: 'ERROR', message, where: '' })
  for (const issue of await new Validator(vocabulary).validate(found)) {
    const where = issue.path.map(({ type, property }) => property ?? type).join(' > ')
    // A property that schema.org does not know is a mistake, whatever the library calls it.
    const severity = issue.errorType === 'schemaOrg' ? 'ERROR' : issue.severity
    tell({ file, severity, message: issue.issueMessage, where })
  }
}

function tell(line) {
  console.log(JSON.stringify(line))
}

// The vocabulary as the validator reads it, out of the declarations that schema-dts made of it. They
// leave out what schema.org has replaced by something newer, which is as it should be.
async function schemaOrg() {
  const place = fileURLToPath(import.meta.resolve('schema-dts')).replace(/\.js$/, '.d.ts')
  const declared = await readFile(place, 'utf8')
  const graph = []
  const types = new Map()
  for (const [, name, parents, body] of declared.matchAll(
    /^(?:export )?interface (\w+?)(?:Base|Leaf) extends ([^{]+)\{\n([^]*?)^\}/gm,
  )) {
    const type = types.get(name) ?? { parents: new Set(), properties: new Set() }
    types.set(name, type)
    for (const [, parent] of parents.matchAll(/(\w+)Base\b/g)) {
      if (parent !== name) type.parents.add(parent)
    }
    for (const [, property] of body.matchAll(/^ {4}"(\w+)"\?:/gm)) type.properties.add(property)
  }
  for (const [name, { parents, properties }] of types) {
    const id = `schema:${name}`
    const above = [...parents].map((parent) => ({ '@id': `schema:${parent}` }))
    graph.push({ '@id': id, '@type': 'rdfs:Class', 'rdfs:subClassOf': above })
    for (const property of properties) {
      const domain = { '@id': id }
      graph.push({ '@id': `schema:${property}`, '@type': 'rdf:Property', 'schema:domainIncludes': domain })
    }
  }
  return { '@graph': graph }
}
