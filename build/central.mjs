// npm run central -- …
import { runTool } from './runtime/tool.mjs';

await runTool('dist/server/central.cjs');
