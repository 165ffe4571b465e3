/**
 * Findings that are none, each with the reason and how often it may be found there. One more of a kind, or one that is
 * gone, fails: the list stays what it says.
 * @type {readonly { rule: string, file: string, count: number, why: string }[]}
 */
export const justified = [
  ...[
    ['electron/device/piv/find-tokens.ts', 1, 'a reader name, of at most 128 characters'],
    ['electron/jobs/package/manifest.ts', 1, 'groups of fixed length: linear'],
    ['electron/jobs/package/pdf/verify-signature.ts', 1, 'pairs of hexadecimal digits: linear'],
    ['electron/main/services/signing/intent-words.ts', 1, 'our own number'],
    [
      'electron/main/services/sync/transport/proxy.ts',
      1,
      'one entry of the system’s proxy list; linear in practice',
    ],
    ['electron/main/services/unlock/enrol.ts', 1, 'a host name that the URL parser has bounded'],
    ['shared/domain/identity/id-number.ts', 1, 'no nesting: linear'],
    [
      'shared/domain/scan/address.ts',
      2,
      'dots part the pieces, so none can be cut in two ways: linear up to 300,000 characters',
    ],
    ['shared/domain/scan/clean-text.ts', 1, 'one class of characters'],
    [
      'shared/domain/scan/read-payload.ts',
      1,
      'at most 40 characters match, the look-ahead is linear',
    ],
    ['shared/protocol/ticket.ts', 1, 'groups of fixed length: linear'],
    [
      'shared/protocol/release-metadata.ts',
      1,
      'dots part the pieces, so none can be cut in two ways: linear; at most 120 characters',
    ],
    ['shared/protocol/release-version.ts', 1, 'dots part numbers of at most five digits: linear'],
    ['server/http/routes/outbox.ts', 1, 'commas part the numbers: linear'],
  ].map(([file, count, why]) => ({ rule: 'security/detect-unsafe-regex', file, count, why })),
  ...[
    ['electron/jobs/package/revocation.ts', 1, 'an algorithm’s name compared with undefined'],
    [
      'electron/main/services/line/line-settings.ts',
      1,
      'a constant of our own: the state of an opened value',
    ],
    ['electron/main/services/unlock/unlock.ts', 1, 'compared with undefined'],
    ['electron/store/journal/audit.ts', 1, 'public hashes of a chain'],
    ['electron/store/sealed-fields.ts', 1, 'compared with null'],
    ['electron/store/slice/reference-names.ts', 1, 'a public hash compared with null'],
    ['renderer/features/security/people/AddPersonDialog.tsx', 1, 'compared with null'],
    ['renderer/features/unlock/RecoverForm.tsx', 1, 'compared with null'],
    ['renderer/parts/restore/RestoreDialog.tsx', 1, 'compared with null'],
    ['shared/domain/sync/sparse-tree.ts', 2, 'compared with undefined'],
  ].map(([file, count, why]) => ({
    rule: 'security/detect-possible-timing-attacks',
    file,
    count,
    why,
  })),
  {
    rule: '@microsoft/sdl/no-unsafe-alloc',
    file: 'server/store/binary-copy.ts',
    count: 2,
    why: 'only the part that was written is handed on',
  },
  ...[
    ['CSP_GLOBAL_CHECK', 'the policy is a header of our own scheme: electron/main/boot/scheme.ts'],
    [
      'LIMIT_NAVIGATION_GLOBAL_CHECK',
      'electron/main/security/navigation.ts and external-links.ts, for all contents',
    ],
    [
      'PERMISSION_REQUEST_HANDLER_GLOBAL_CHECK',
      'electron/main/security/permissions.ts, for the only session',
    ],
  ].map(([rule, why]) => ({ rule, file: '', count: 1, why })),
].map(({ rule, file, count, why }) => ({
  rule: String(rule),
  file: String(file),
  count: Number(count),
  why: String(why),
}));
