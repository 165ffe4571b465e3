// Who may import whom. Type-only imports count, except where a rule says otherwise.

/** A rule that forbids one direction. */
const never = (name, comment, from, to, extra = {}) => ({
  name,
  comment,
  severity: 'error',
  from: typeof from === 'string' ? { path: from } : from,
  to: typeof to === 'string' ? { path: to, ...extra } : to,
});

/** Test code and tests' own tools are read by test runners, not by the product. */
const tests = '([.]test[.]tsx?$|/test/)';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    never('no-cycles', 'A cycle means that two modules are one.', {}, { circular: true }),
    never('no-unresolvable', 'The import leads nowhere.', {}, { couldNotResolve: true }),
    never(
      'shared-alone',
      'shared is pure: it imports only itself.',
      { path: '^shared/', pathNot: tests },
      {
        pathNot: [
          '^shared/',
          '/node_modules/zod/',
          '^node_modules/zod/',
          '^node_modules/pinyin-pro/',
        ],
      },
    ),
    never(
      'shared-zod',
      'zod describes what crosses a border: ipc, protocol and the store protocol.',
      { path: '^shared/', pathNot: '^shared/(ipc|protocol|store)/' },
      '^node_modules/zod/',
    ),
    never(
      'shared-pinyin',
      'The pinyin dictionary belongs to names.',
      { path: '^shared/', pathNot: '^shared/domain/name/' },
      '^node_modules/pinyin-pro/',
    ),
    never(
      'renderer-sandboxed',
      'Pages import shared and npm packages, never Node, electron or the other runtimes.',
      { path: '^renderer/', pathNot: tests },
      { path: ['^(electron|server)/', '^node_modules/electron/'] },
    ),
    never(
      'renderer-without-node',
      'Pages run in the sandbox: there is no Node.',
      { path: '^renderer/', pathNot: tests },
      { dependencyTypes: ['core'] },
    ),
    never(
      'contract-type-only',
      'Pages know the IPC contract by its types alone: its schemas are main’s.',
      { path: '^renderer/', pathNot: tests },
      { path: '^shared/ipc/(contract|routes/)', dependencyTypesNot: ['type-only'] },
    ),
    never(
      'features-apart',
      'A feature never imports another feature.',
      { path: '^renderer/features/([^/]+)/' },
      { path: '^renderer/features/([^/]+)/', pathNot: '^renderer/features/$1/' },
    ),
    never(
      'ui-without-domain',
      'Primitives know no feature.',
      '^renderer/(ui|lib|styles|i18n)/',
      '^renderer/(app|features)/',
    ),
    never(
      'device-and-jobs-apart',
      'Processes for hardware and untrusted input reach neither the store nor main.',
      '^electron/(device|jobs)/',
      '^electron/(store|main)/',
    ),
    never(
      'store-apart',
      'The store process knows nothing of main, hardware or jobs.',
      '^electron/store/',
      '^electron/(main|device|jobs|preload)/',
    ),
    never(
      'electron-package-owners',
      'The electron package is imported in main and preload only.',
      { pathNot: ['^electron/(main|preload)/', '^(e2e|build)/'] },
      '^node_modules/electron/',
    ),
    never(
      'preload-thin',
      'A preload carries the contract and nothing of main.',
      '^electron/preload/',
      '^electron/(?!preload/)',
    ),
    never(
      'services-without-ipc',
      'Use cases are not tied to how they are called.',
      '^electron/main/services/',
      '^electron/main/ipc/',
    ),
    never(
      'sqlite-owner',
      'SQL lives in the store alone.',
      { path: '^(electron|renderer|shared)/', pathNot: ['^electron/store/', tests] },
      '^node_modules/(sqlcipher|node-sqlite3-wasm|better-sqlite3)',
    ),
    never(
      'reveal-boundary',
      'Sealed values are opened by the one reveal service, which logs its reason, and handled in bulk by the ingest worker alone.',
      {
        path: '^(electron|renderer|shared)/',
        pathNot: [
          '^electron/main/(services/reveal|workers)/',
          '^electron/crypto/opening-fields[.]ts$',
          tests,
        ],
      },
      '^electron/crypto/(sealed-values|opening-fields)[.]ts$',
    ),
    never(
      'store-without-field-key',
      'The store process never holds the field key, so it has nothing that derives from it or opens with it.',
      { path: '^electron/store/', pathNot: tests },
      {
        path: '^electron/crypto/(field-keys|keyslots|key-ring|slot-key|sm4)[.]ts$',
        dependencyTypesNot: ['type-only'],
      },
    ),
    never(
      'postgres-owner',
      'The server’s SQL lives in its store.',
      { path: '^server/', pathNot: ['^server/store/', tests] },
      '^node_modules/(pg|@electric-sql)/',
    ),
    never(
      'server-alone',
      'The server imports shared only.',
      { path: '^server/', pathNot: tests },
      '^(electron|renderer)/',
    ),
    never(
      'electron-without-server',
      'The client speaks to the server by its protocol.',
      {
        path: '^electron/',
        pathNot: tests,
      },
      '^(server|renderer)/',
    ),
    never(
      'tests-and-tools-outside',
      'Nothing imports e2e or build.',
      { path: '^(shared|electron|renderer|server)/', pathNot: tests },
      '^(e2e|build)/',
    ),
    never(
      'tests-outside',
      'The product does not import its tests.',
      { path: '^(shared|electron|renderer|server)/', pathNot: tests },
      { path: tests, pathNot: '^node_modules/' },
    ),
    never(
      'shipped-dependencies',
      'What main, its processes and preloads import must be a dependency, not a tool.',
      { path: '^electron/', pathNot: tests },
      {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: '^node_modules/electron/',
      },
    ),
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^dist/'] },
    exclude: { path: ['^dist/', '^build/scan/tools/'] },
    moduleSystems: ['es6', 'cjs'],
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.cjs', '.js', '.json', '.d.ts'],
    },
  },
};
