// npm run verify-package -- …
import { runTool } from './runtime/tool.mjs';

await runTool('dist/tools/verify-package.cjs');
