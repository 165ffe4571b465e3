import { parseArgs } from 'node:util';
import { performMainJob } from './main-job';

/**
 * npm run demo -- --out DIR [--certificates N]: performs the main job in the real application and
 * leaves screens, package and evidence. Exit code 1 when any proof failed.
 */
async function run(): Promise<number> {
  const { values } = parseArgs({
    args: process.argv.slice(2),
    options: {
      out: { type: 'string' },
      certificates: { type: 'string', default: '50000' },
    },
    strict: true,
  });
  const certificates = Number(values.certificates);
  if (!values.out || !Number.isInteger(certificates) || certificates < 1000) {
    console.error('Usage: npm run demo -- --out DIR [--certificates N]   (N at least 1000)');
    return 2;
  }
  const isOk = await performMainJob(values.out, certificates, (line) => console.log(line));
  console.log(
    isOk
      ? `Everything was proved; open ${values.out}/evidence.html`
      : `Something did not hold; see ${values.out}/evidence.html`,
  );
  return isOk ? 0 : 1;
}

run().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
