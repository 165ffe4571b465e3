import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { at } from '../paths.mjs';
import { wantedVersion } from '../runtime/electron.mjs';

const CANARY = 'canary.js';

/** @param {string} folder @returns {string[]} */
const filesBelow = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });

/**
 * Doyensec's electronegativity on the built programs and pages. Its exit code is always 0: the report counts.
 * @param {string} scanners @param {string} node
 * @returns {{ files: number, findings: import('../scan.mjs').Finding[] }}
 */
export function electronegativity(scanners, node) {
  const work = mkdtempSync(join(tmpdir(), 'fieldcert-scan-'));
  try {
    let files = 0;
    for (const part of ['main', 'preload', 'renderer']) {
      for (const path of filesBelow(at('dist', part))) {
        if (!/\.(c?js|html)$/.test(path) || /pdf\.worker/.test(path)) continue;
        files++;
        // It knows scripts by this ending only.
        cpSync(
          path,
          join(work, part, path.slice(at('dist', part).length).replace(/\.cjs$/, '.js')),
        );
      }
    }
    cpSync(at('package.json'), join(work, 'package.json'));
    // A scanner that cannot read our form of scripts finds nothing in them: this it must find.
    writeFileSync(
      join(work, 'main', CANARY),
      "const { BrowserWindow } = require('electron');\nnew BrowserWindow({ webPreferences: { nodeIntegration: true } });\n",
    );
    const report = join(work, 'report.sarif');
    const program = join(scanners, 'node_modules/@doyensec/electronegativity/dist/index.js');
    const calm = `--require=${at('build/scan/tools/calm.cjs')}`;
    execFileSync(node, [calm, program, '-i', work, '-o', report, '-e', wantedVersion()], {
      stdio: 'ignore',
    });
    const { runs } = JSON.parse(readFileSync(report, 'utf8'));
    const results = /** @type {any[]} */ (runs[0].results);
    const findings = results.map(({ ruleId, locations, message }) => {
      const { artifactLocation, region } = locations[0].physicalLocation;
      const file = /GLOBAL/.test(ruleId)
        ? ''
        : artifactLocation.uri.replace(`file://${work}`, 'dist');
      return { rule: ruleId, file, line: region.startLine, message: message.text.slice(0, 200) };
    });
    const own = findings.filter(({ file }) => !file.endsWith(CANARY));
    return { files: own.length === findings.length ? 0 : files, findings: own };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
