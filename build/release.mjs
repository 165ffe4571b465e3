// npm run release -- …: signed metadata of releases, README.md
import { runTool } from './runtime/tool.mjs';

await runTool('dist/tools/release.cjs');
