// What Electron's own default_app does for `electron [-r module] <folder>`: the third party's
// distribution comes without it.
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { join, resolve } = require('node:path');
const { app } = require('electron');

const preloads = [];
let folder;
for (let index = 1; index < process.argv.length && folder === undefined; index++) {
  const argument = process.argv[index];
  if (argument === '-r' || argument === '--require') preloads.push(process.argv[++index]);
  else if (!argument.startsWith('-')) folder = resolve(argument);
}
if (folder === undefined) {
  console.error('Usage: electron [-r module] <folder of an application>');
  process.exit(2);
}

const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true });
app.setName(manifest.productName ?? manifest.name);
app.setVersion(manifest.version);
app.setAppPath(folder);
Module._preloadModules(preloads);
Module._load(folder, module, true);
