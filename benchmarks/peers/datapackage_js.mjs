/*
The reference library of Data Packages in JavaScript.

peer: datapackage-js
needs: datapackage
largest: 10k
checks: structure, types, required, enum, pattern, bounds, primary keys, single foreign keys.
misses: row rules, days that no calendar has, the composite foreign key, quotes; ends at the first fault of a table.
*/
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.cwd(), "package.json"));
const { Package } = require("datapackage");
let found = 0;
const dataPackage = await Package.load(join(process.argv[2], "datapackage.json"));
found += dataPackage.errors.length;
for (const resource of dataPackage.resources) {
  try {
    await resource.read({ keyed: true, relations: true });
  } catch (error) {
    found += error.multiple ? error.errors.length : 1;
  }
}
console.log(`${found} found`);
process.exit(found ? 1 : 0);
