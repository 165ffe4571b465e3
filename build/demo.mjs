// npm run demo -- --out DIR
import { performDemo } from './demo/perform.mjs';

process.exitCode = await performDemo(process.argv.slice(2));
