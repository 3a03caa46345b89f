// Holds a SARIF log on stdin against the published schema: exit 0, or 1 and its faults, one a line.
// Usage: node check.mjs INSTALLED   (what tools/setup_sarif made)
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const installed = process.argv[2];
const require = createRequire(join(installed, "package.json"));
const Ajv = require("ajv");

const read = (path) => JSON.parse(readFileSync(path, "utf8"));
const ajv = new Ajv({ schemaId: "id", meta: false, allErrors: true });
ajv.addMetaSchema(require("ajv/lib/refs/json-schema-draft-04.json"));
const schema = read(join(installed, "jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"));
if (!ajv.validate(schema, read(0))) {
  for (const fault of ajv.errors) console.log(`${fault.dataPath}: ${fault.message}`);
  process.exit(1);
}
