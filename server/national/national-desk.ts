import { hash, randomInt } from 'node:crypto';
import type { Day } from '../../shared/domain/model';
import {
  buildCascade,
  type Cascade,
  cascadeBytes,
  isShapeFit,
  readCascade,
} from '../../shared/domain/national/cascade';
import { cascadeDelta } from '../../shared/domain/national/cascade-delta';
import { itemKey } from '../../shared/domain/national/mix';
import { dayInShanghai } from '../../shared/kernel/day';
import { type CodeAlgorithm, kidBytes, makeCode } from '../../shared/protocol/compact-code';
import { type CodeIssuer, CodeIssuerSchema, NationalSchema } from '../../shared/protocol/national';
import type { SecretPlace } from '../keys/secret-place';
import type { StatementWriter } from '../keys/statement-writer';
import {
  countCertificates,
  keepPublication,
  keptFilters,
  latestPublication,
  listedCertificates,
  otherCertificates,
} from '../store/national';
import { findRow } from '../store/rows';
import type { SqlClient } from '../store/sql-client';
import type { Region } from '../sync/regions';
import { type CodeKeyFile, codeKeyFile, readCodeKeyFile } from './code-key-file';
import { codeKeys } from './code-keys';

/** Codes of before it do not count: the key is ours from the first day on. */
const FIRST_DAY: Day = 0;
const ISSUERS = 'code-issuers.json';
/** NationalSchema's bound, less our own two. */
const MOST_OTHERS = 198;
/** One in so many publications has a salt of its own: nobody can plan on what it mistakes. */
const SALT_TURNS = 30;
/** A delta longer than this share of the filter is not handed out. */
const WORTH = 0.5;

export interface Published {
  readonly seq: number;
  readonly day: Day;
  readonly certificates: number;
  readonly listed: number;
  readonly bytes: number;
  /** What a desk that holds the publication before fetches; null where it fetches the whole. */
  readonly deltaBytes: number | null;
}

/** Codes that anybody in the country can check, and the filter that says which of them are no longer in force or under verification. */
export class NationalDesk {
  constructor(
    private readonly parts: {
      readonly client: SqlClient;
      readonly statements: StatementWriter;
      readonly nowMs: () => number;
    },
    private readonly secrets: SecretPlace,
    /** Of this centre, as codes and devices name it. */
    private readonly name: string,
  ) {}

  /**
   * The compact code of a certificate of the region. Throws RangeError where there is none.
   */
  async codeOf(region: Region, id: number, alg: CodeAlgorithm = 'ES256'): Promise<string> {
    const { client } = this.parts;
    const certificate = await findRow(client, 'certificate', region.slice, id);
    const holder =
      certificate &&
      (await findRow(client, 'person', region.slice, Number(certificate.values.holder)));
    if (certificate === undefined || holder === undefined)
      throw new RangeError(`no certificate ${id}`);
    const { values } = certificate;
    const photo = await this.photoOf(region, holder.values.photo);
    const number = (name: string) =>
      typeof values[name] === 'number' ? { [name]: values[name] as number } : {};
    const key = codeKeys(this.secrets)[alg];
    return makeCode(
      {
        id,
        name: String(holder.values.name),
        kind: Number(values.kind),
        ...number('category'),
        validFrom: Number(values.validFrom),
        validTo: Number(values.validTo),
        ...number('reviewDue'),
        ...(photo === undefined ? {} : { photo }),
        made: dayInShanghai(this.parts.nowMs()),
      },
      { alg, kid: kidBytes(key.kid) },
      (bytes) => key.sign(bytes),
    );
  }

  private async photoOf(region: Region, photo: unknown): Promise<Uint8Array | undefined> {
    if (typeof photo !== 'number') return undefined;
    const row = await findRow(this.parts.client, 'attachment', region.slice, photo);
    const sha256 = row?.values.sha256;
    return typeof sha256 === 'string'
      ? new Uint8Array(Buffer.from(sha256, 'hex').subarray(0, 16))
      : undefined;
  }

  /** The keys under which codes count: our own two, and those of other centres that were added. */
  issuers(): readonly CodeIssuer[] {
    const keys = codeKeys(this.secrets);
    const own = Object.values(keys).map(
      ({ alg, kid, key }): CodeIssuer => ({
        kid,
        alg,
        key,
        name: this.name,
        centre: keys.ES256.kid,
        isCovered: true,
        isOwn: true,
        fromDay: FIRST_DAY,
        untilDay: null,
      }),
    );
    const kept = this.secrets.read(ISSUERS);
    const others =
      kept === undefined ? [] : CodeIssuerSchema.array().parse(JSON.parse(kept.toString('utf8')));
    return [...own, ...others];
  }

  /** What this centre hands to others. */
  ownKeys(): CodeKeyFile {
    return codeKeyFile(this.issuers().filter(({ isOwn }) => isOwn));
  }

  /**
   * Adds the keys of another centre, or changes name and days of those that are known; devices get them with the next
   * publication. Throws RangeError for a file that is none, is this centre's own, or names a key of another centre.
   */
  trust(text: string, how: Pick<CodeIssuer, 'name' | 'fromDay' | 'untilDay'>): CodeKeyFile {
    const file = readCodeKeyFile(text);
    const present = this.issuers();
    for (const { kid } of file.keys) {
      const known = present.find((one) => one.kid === kid);
      if (known?.isOwn) throw new RangeError(`key ${kid} is this centre's own`);
      if (known !== undefined && known.centre !== file.centre)
        throw new RangeError(`key ${kid} belongs to ${known.name} already`);
    }
    const added = file.keys.map((key) =>
      CodeIssuerSchema.parse({
        ...key,
        ...how,
        centre: file.centre,
        isCovered: false,
        isOwn: false,
      }),
    );
    const kids = new Set(added.map(({ kid }) => kid));
    this.keepOthers([...present.filter(({ kid, isOwn }) => !isOwn && !kids.has(kid)), ...added]);
    return file;
  }

  /** Takes another centre's key away: its codes are of an unknown issuer then. False where it was not there. */
  distrust(kid: string): boolean {
    const others = this.issuers().filter(({ isOwn }) => !isOwn);
    const left = others.filter((one) => one.kid !== kid);
    if (left.length === others.length) return false;
    this.keepOthers(left);
    return true;
  }

  private keepOthers(others: readonly CodeIssuer[]): void {
    if (others.length > MOST_OTHERS) throw new RangeError(`at most ${MOST_OTHERS} keys of others`);
    this.secrets.write(ISSUERS, Buffer.from(JSON.stringify(others), 'utf8'));
  }

  /** Builds the filter from what is here now and publishes it with the keys. */
  async publish(): Promise<Published> {
    const { client, statements, nowMs } = this.parts;
    const centre = codeKeys(this.secrets).ES256.kid;
    const of = (id: number) => itemKey(centre, id);
    const total = await countCertificates(client);
    const listed = await listedCertificates(client);
    async function* others() {
      for await (const id of otherCertificates(client, listed)) yield of(id);
    }
    const kept = await keptFilters(client);
    const former = formerShape(kept[0]?.filter, listed.length, total - listed.length);
    // Under the salt and in the shapes of the last one, so that the two differ in few bits; from time to time under another.
    const build = (like?: Cascade) =>
      buildCascade(
        listed.map(of),
        others(),
        total - listed.length,
        like?.salt ?? randomInt(0x7fffffff),
        like,
      );
    const cascade = await build(former).catch(() => build());
    const filter = cascadeBytes(cascade);
    const deltas = deltasTo(cascade, filter, kept);
    const issuedMs = nowMs();
    // Yesterday is the last whole day; what is published during a day is as of its beginning.
    const day = dayInShanghai(issuedMs);
    return client.transaction(async (runner) => {
      const before = await latestPublication(runner);
      const seq = (before?.seq ?? 0) + 1;
      const national = NationalSchema.parse({
        type: 'national',
        seq,
        issuedMs,
        day,
        issuers: this.issuers(),
        filter: {
          sha256: hash('sha256', filter),
          bytes: filter.length,
          certificates: total,
          listed: listed.length,
        },
      });
      const statement = JSON.stringify(await statements.sign(national));
      await keepPublication(runner, { seq, statement, filter, madeMs: issuedMs, deltas });
      const deltaBytes = deltas.get(kept[0]?.sha256 ?? '')?.length ?? null;
      return {
        seq,
        day,
        certificates: total,
        listed: listed.length,
        bytes: filter.length,
        deltaBytes,
      };
    });
  }

  /** Publishes where the last publication is older than a day. */
  async publishWhenDue(everyMs = 86_400_000): Promise<void> {
    const before = await latestPublication(this.parts.client);
    const madeMs =
      before === undefined
        ? 0
        : NationalSchema.parse(JSON.parse(JSON.parse(before.statement).payload)).issuedMs;
    if (this.parts.nowMs() - madeMs >= everyMs) await this.publish();
  }
}

/** The filter to build the next one like; undefined where there is none or it became too small or too large. */
function formerShape(
  filter: Uint8Array | undefined,
  listed: number,
  others: number,
): Cascade | undefined {
  const former = filter === undefined ? undefined : readCascade(filter);
  if (former?.ok !== true || randomInt(SALT_TURNS) === 0) return undefined;
  return isShapeFit(former.value, listed, others) ? former.value : undefined;
}

/** Deltas from the kept filters to the next one, where they are worth their place. */
function deltasTo(
  cascade: Cascade,
  { length }: Uint8Array,
  kept: Awaited<ReturnType<typeof keptFilters>>,
): ReadonlyMap<string, Uint8Array> {
  const deltas = new Map<string, Uint8Array>();
  for (const { sha256, filter } of kept) {
    const from = readCascade(filter);
    if (!from.ok) continue;
    const delta = cascadeDelta(from.value, cascade);
    if (delta.length <= length * WORTH) deltas.set(sha256, delta);
  }
  return deltas;
}
