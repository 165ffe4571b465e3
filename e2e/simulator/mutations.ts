/** One place of one source file, written otherwise. */
export interface Edit {
  readonly file: string;
  /** Must be there exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** A deliberate defect that the simulator has to notice. */
export interface Mutation {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** Where its histories begin, if not with the first: what it takes to show this defect is rare, and those before do not. */
  readonly firstSeed?: number;
}

const SYNC = 'electron/main/services/sync';
const SLICE = 'electron/store/slice';
const one = (name: string, file: string, find: string, replace: string): Mutation => ({
  name,
  edits: [{ file, find, replace }],
});
const from = (firstSeed: number, mutation: Mutation): Mutation => ({ ...mutation, firstSeed });

/**
 * Defects as people make them, each a change of the product's own source text. They show that the simulator
 * can fail; a refactoring that moves such a place has to move it here too.
 */
export const MUTATIONS: readonly Mutation[] = [
  from(
    80,
    one(
      'the signed root of a page is not compared',
      `${SLICE}/apply-page.ts`,
      'if (differing.length > 0 || (isLateComplete(db) && root !== checkpoint.root)) {',
      'if (differing.length > 99) {',
    ),
  ),
  {
    name: 'the signed root of a first load is not compared',
    edits: [
      {
        file: `${SLICE}/fill.ts`,
        find: 'differing.length === 0 && (!isLateComplete(this.db) || root === checkpoint.root);',
        replace: 'differing.length < 99;',
      },
      {
        file: `${SLICE}/compare-at-rest.ts`,
        find: 'differing.length === 0 && root === checkpoint.root;',
        replace: 'differing.length < 99 && root.length === checkpoint.root.length;',
      },
    ],
  },
  one(
    'late rows are sealed without a comparison',
    `${SLICE}/live-slice.ts`,
    'return compareAtRest(db, digest);',
    "return { isEqual: true, root: '' };",
  ),
  one(
    'a late segment overwrites a newer row',
    `${SLICE}/live-slice.ts`,
    "writeRows(db, partOf(block, from, to), names, 'insert or ignore', letOthersIn);",
    "writeRows(db, partOf(block, from, to), names, 'replace', letOthersIn);",
  ),
  one(
    'the cursor runs ahead of what was applied',
    `${SLICE}/apply-page.ts`,
    '        rseq: header.to,',
    '        rseq: header.to + (header.hasMore ? 1 : 0),',
  ),
  one(
    'changed buckets keep their former hash',
    `${SLICE}/digest.ts`,
    'for (const id of ids) dirty.add(Math.floor(id / FAN_OUT));',
    'for (const id of ids) if (id % 3 !== 0) dirty.add(Math.floor(id / FAN_OUT));',
  ),
  one(
    'a segment that is in is not noted',
    `${SLICE}/fill.ts`,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text
    'sql`insert into applied_segment values (${hash}, ${ENTITIES[header.entity].code}, ${header.rows})`,',
    "sql`delete from applied_segment where sha256 = ''`,",
  ),
  from(
    30,
    one(
      'an object is not compared with its name',
      `${SYNC}/download.ts`,
      "return createHash('sha256').update(bytes).digest('hex') === ref.sha256;",
      'return ref.sha256 !== createHash.name;',
    ),
  ),
  from(
    30,
    one(
      'a refused object is kept',
      `${SYNC}/download.ts`,
      "      await this.discard(ref);\n      throw new AppError('SYNC_OBJECT_DAMAGED', { object: short(ref) }, 'hash');",
      "      throw new AppError('SYNC_OBJECT_DAMAGED', { object: short(ref) }, 'hash');",
    ),
  ),
  {
    // Within one history of the server the next defect's line keeps it back too: it takes a replay from another one.
    ...one(
      'an older manifest is taken',
      `${SYNC}/run/manifests.ts`,
      'if (isStrict && manifest.issuedMs < seenMs) {',
      'if (isStrict && manifest.issuedMs < 0 * seenMs) {',
    ),
    firstSeed: 1_985,
  },
  from(
    34,
    one(
      'a snapshot from before replaces the slice',
      `${SYNC}/run/manifests.ts`,
      'return cursor !== null && cursor.epoch === epoch && base.rseq < cursor.rseq;',
      'return cursor !== null && cursor.epoch === epoch && base.rseq < 0;',
    ),
  ),
  one(
    'a slice without its late rows counts as proven',
    `${SYNC}/status.ts`,
    'if (!state.isWhole || !isApplied)',
    'if (!isApplied)',
  ),
  one(
    'a check between two checkpoints counts as proof',
    `${SYNC}/status.ts`,
    'if (!state.isWhole || !isApplied)',
    'if (!state.isWhole || (!isApplied && lastVerify === null))',
  ),
  one(
    'a command takes the number of the one before',
    'electron/main/services/outbox/seal-command.ts',
    'const dseq = (last?.dseq ?? 0) + 1;',
    'const dseq = Math.max(1, last?.dseq ?? 1);',
  ),
  one(
    'a server that lost commands does not get them again',
    'electron/main/services/outbox/exchange.ts',
    '        from = next;',
    '        return;',
  ),
  one(
    'a command is acknowledged and not kept',
    'electron/store/journal/outbox.ts',
    '        this.insert(command);\n        writeAround(this.db, this.device, sealed);',
    '        if (command.dseq % 2 === 1) this.insert(command);\n        writeAround(this.db, this.device, sealed);',
  ),
  one(
    'data never grow old',
    `${SYNC}/status.ts`,
    'if (isCut || asOfMs === null || nowMs - asOfMs > freshnessDays * DAY_MS) return true;',
    'if (nowMs > 0) return isCut || asOfMs === null;',
  ),
  one(
    'a clock that is ahead is not put right by the server',
    'electron/platform/clock.ts',
    'this.#highestMs = isAhead ? serverMs : Math.max(highestMs, serverMs);',
    'this.#highestMs = Math.max(highestMs, serverMs);',
  ),
];
