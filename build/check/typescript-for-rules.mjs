// dependency-cruiser reads TypeScript by the compiler's JavaScript interface, which TypeScript 7
// no longer has: for this one tool the name means the last version that has it.
import { registerHooks } from 'node:module';

registerHooks({
  resolve: (specifier, context, nextResolve) =>
    nextResolve(specifier.replace(/^typescript(?=$|\/)/, 'typescript-for-rules'), context),
});
