// npm run bench -- …
import { runTool } from './runtime/tool.mjs';

await runTool('dist/tools/bench.cjs', { electron: true });
