// Run by scan.mjs in the scanners' folder: prints the findings of ESLint as JSON.
// usage: node eslint-run.mjs PROJECT
import { ESLint } from 'eslint';

const [project = '.'] = process.argv.slice(2);
const eslint = new ESLint({
  cwd: project,
  overrideConfigFile: new URL('./eslint.config.mjs', import.meta.url).pathname,
});
const results = await eslint.lintFiles(['electron', 'renderer', 'server', 'shared']);
const findings = results.flatMap(({ filePath, messages }) =>
  messages.map(({ ruleId, line, message }) => ({
    rule: ruleId ?? 'fatal',
    file: filePath,
    line,
    message,
  })),
);
// Rules that are not loaded find nothing: this they must find.
const [canary] = await eslint.lintText('eval(location.hash);\nnew Function(location.hash);\n', {
  filePath: 'electron/canary.ts',
});
const files = canary.messages.length > 0 ? results.length : 0;
console.log(JSON.stringify({ files, findings }));
