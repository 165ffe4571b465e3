import { createHash } from 'node:crypto';
import {
  ATTACHMENT_KINDS,
  type CertificateKind,
  type Day,
  type Entity,
  MIMES,
} from '../../shared/domain/model';
import type { ReferencePack } from '../../shared/protocol/manifest';
import type { RowBatch } from '../ingest/append';
import { Batch, type GeneratedFile } from './batch';
import { careerOf } from './certificates';
import { type Company, CompanySource, operationClass } from './companies';
import { electronicCertificate } from './ecert';
import { portrait, scanOfCertificate } from './images';
import { type Person, PersonSource } from './people';
import { Random, Weighted } from './random';
import { type World, worldOf } from './world';

/** Gives the next id of an entity. */
export type NextId = (entity: Entity) => number;

export interface GeneratedBatch {
  readonly rows: RowBatch;
  /** Contents of the batch's attachments. */
  readonly files: readonly GeneratedFile[];
  readonly certificates: number;
}

export interface GenerateOptions {
  /** Prefecture, four digits. */
  readonly region: string;
  /** Certificates to make, exactly. */
  readonly certificates: number;
  /** Equal seeds give equal data. */
  readonly seed: string;
  /** The last day on which anything happens. */
  readonly today: Day;
}

/** Rows after which a batch is handed over. */
const BATCH_ROWS = 24_000;
const CERTIFICATES_PER_PERSON = new Weighted<number>([
  [1, 58],
  [2, 27],
  [3, 12],
  [4, 3],
]);
const PHOTO_SHARE = 0.03;
const SCAN_SHARE = 0.012;
/** So that a region of a million does not become gigabytes of pictures. */
const MAX_FILES = 6_000;
/** Further photos and e-certificates, up to so many: a small region shows a face on most records. */
const MAX_EXTRA_FILES = 4_000;
const EXTRA_PHOTO_SHARE = 0.6;
const ECERT_SHARE = 0.25;
/** Candidates who never passed. */
const FAILED_CANDIDATE_SHARE = 0.03;

/** Makes one region's data, batch by batch. */
class RegionRun {
  private readonly random: Random;
  private readonly companies: CompanySource;
  private readonly people: PersonSource;
  private files = 0;
  private extraFiles = 0;
  /** What people look like is drawn apart: it changes nothing else of their lives. */
  private readonly looks: Random;
  /** How much of the extra shares a region of this size gets. */
  private readonly extra: number;
  private made = 0;
  private batch = new Batch();

  constructor(
    private readonly world: World,
    private readonly options: GenerateOptions,
    private readonly nextId: NextId,
  ) {
    this.random = new Random(`${options.seed}|${options.region}`);
    this.looks = new Random(`${options.seed}|${options.region}|looks`);
    this.extra = Math.min(1, MAX_EXTRA_FILES / options.certificates);
    this.companies = new CompanySource(world, this.random);
    this.people = new PersonSource(world, this.random);
  }

  *batches(): Generator<GeneratedBatch> {
    while (this.made < this.options.certificates) {
      const company = this.companies.next();
      const companyId = this.nextId('company');
      this.batch.add('company', companyId, { ...company.values });
      const staff = Math.max(1, Math.round(company.headcount * company.trade.share));
      for (let rank = 0; rank < staff && this.made < this.options.certificates; rank++) {
        this.employee(company, companyId, rank);
        if (this.batch.count >= BATCH_ROWS) yield this.take();
      }
    }
    if (this.batch.count > 0) yield this.take();
  }

  private take(): GeneratedBatch {
    const { rows, files } = this.batch;
    this.batch = new Batch();
    return { rows, files, certificates: rows.certificate.length };
  }

  private employee(company: Company, companyId: number, rank: number): void {
    const { random } = this;
    const person = this.people.next();
    const id = this.nextId('person');
    const hasLeft = random.chance(0.04);
    const values: Record<string, unknown> = {
      name: person.name,
      sex: person.sex,
      ...(hasLeft ? {} : { company: companyId }),
    };
    if (this.files < MAX_FILES && random.chance(PHOTO_SHARE)) {
      this.files++;
      values.photo = this.attach(1, id, 'photo', portrait(random));
    } else if (this.hasExtra(EXTRA_PHOTO_SHARE))
      values.photo = this.attachExtra(1, id, 'photo', portrait(this.looks));
    this.batch.add('person', id, values, person.secret);
    if (random.chance(FAILED_CANDIDATE_SHARE)) this.failedCandidate(company, id);
    const wanted = Math.min(
      CERTIFICATES_PER_PERSON.draw(random),
      this.options.certificates - this.made,
    );
    const held = new Set<string>();
    for (let i = 0; i < wanted; i++)
      this.certificate(
        company,
        hasLeft ? undefined : companyId,
        person,
        id,
        this.kindFor(company, rank, i),
        held,
      );
  }

  private kindFor(
    { isConstruction, headcount }: Company,
    rank: number,
    i: number,
  ): CertificateKind {
    const { random } = this;
    if (isConstruction) {
      if (rank === 0 && i === 0) return 'construction-a';
      const dice = random.next();
      if (dice < 0.16) return 'construction-b';
      if (dice < 0.22) return 'construction-c1';
      if (dice < 0.28) return 'construction-c2';
      if (dice < 0.38) return 'construction-c3';
      return 'special-operation';
    }
    if (rank === 0 && i === 0) return 'manager-principal';
    if (rank <= 1 + headcount / 120 && i === 0) return 'manager-safety';
    return random.chance(0.06) ? 'manager-safety' : 'special-operation';
  }

  private certificate(
    company: Company,
    companyId: number | undefined,
    person: Person,
    holder: number,
    kind: CertificateKind,
    held: Set<string>,
  ): void {
    const { random, world } = this;
    const rules = world.rules.get(kind);
    if (rules === undefined) throw new Error(`no rules for ${kind}`);
    let category = kind === 'special-operation' ? this.operation(company) : undefined;
    // Nobody holds the same certificate twice; a third try settles for another operation of the same person.
    for (
      let tries = 0;
      tries < 4 && category !== undefined && held.has(`${kind}${category}`);
      tries++
    )
      category = this.operation(company);
    held.add(`${kind}${category ?? ''}`);
    const setting = {
      world,
      random,
      company,
      person,
      kind,
      category,
      body: random.pick(world.bodies),
      rules,
    };
    const career = careerOf(setting, ++this.made, () => this.people.formerIdNumber(person));
    const id = this.nextId('certificate');
    const hasSecret = Object.keys(career.secret).length > 0;
    this.batch.add(
      'certificate',
      id,
      { ...career.values, holder, ...(companyId === undefined ? {} : { company: companyId }) },
      hasSecret ? career.secret : undefined,
    );
    for (const event of career.events)
      this.batch.add('event', this.nextId('event'), { ...event, certificate: id });
    for (const training of career.trainings)
      this.batch.add('training', this.nextId('training'), {
        ...training,
        person: holder,
        certificate: id,
      });
    for (const exam of career.exams)
      this.batch.add('exam', this.nextId('exam'), { ...exam, person: holder });
    if (this.files < MAX_FILES && random.chance(SCAN_SHARE)) {
      this.files++;
      this.attach(2, id, 'scan', scanOfCertificate(random));
    }
    if (this.hasExtra(ECERT_SHARE)) {
      const { validFrom, validTo } = career.values as Record<'validFrom' | 'validTo', Day>;
      const file = electronicCertificate(this.looks, { kind, validFrom, validTo });
      this.attachExtra(2, id, 'ecert', file, MIMES.pdf);
    }
  }

  private hasExtra(share: number): boolean {
    return this.looks.chance(share * this.extra) && this.extraFiles < MAX_EXTRA_FILES;
  }

  private attachExtra(...file: Parameters<RegionRun['attach']>): number {
    this.extraFiles++;
    return this.attach(...file);
  }

  private operation(company: Company): number {
    const items = this.world.operations.get(operationClass(company, this.world, this.random)) ?? [
      101,
    ];
    // The first items of a class are the common ones.
    return items[Math.floor(items.length * this.random.next() ** 1.8)] ?? 101;
  }

  private failedCandidate(company: Company, person: number): void {
    const { random, world } = this;
    const head = { kind: 3, category: this.operation(company), body: random.pick(world.bodies).id };
    const day = world.today - random.int(30, 2100);
    this.batch.add('training', this.nextId('training'), {
      ...head,
      person,
      course: 1,
      hours: 32,
      day: day - 20,
    });
    for (let attempt = 1; attempt <= 1 + random.int(0, 1); attempt++) {
      this.batch.add('exam', this.nextId('exam'), {
        ...head,
        person,
        day: day + 30 * (attempt - 1),
        theory: random.int(38, 79),
        passed: 0,
        attempt,
      });
    }
  }

  private attach(
    ownerType: 1 | 2,
    owner: number,
    kind: keyof typeof ATTACHMENT_KINDS,
    bytes: Buffer,
    mime: number = MIMES.png,
  ): number {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const id = this.nextId('attachment');
    this.batch.files.push({ sha256, bytes });
    this.batch.add('attachment', id, {
      ownerType,
      owner,
      kind: ATTACHMENT_KINDS[kind],
      sha256,
      bytes: bytes.length,
      mime,
    });
    return id;
  }
}

/**
 * Generates a region's data as a stream: the same options and id order give the same rows on every
 * machine. Memory holds one batch (and the names and ID numbers given so far).
 */
export function generateRegion(
  options: GenerateOptions,
  nextId: NextId,
): Generator<GeneratedBatch> {
  const world = worldOf(options.region, options.seed, options.today);
  return new RegionRun(world, options, nextId).batches();
}

/** Issuers and training bodies that the region's rows refer to. */
export function referencePackOf(region: string, seed: string): ReferencePack {
  const { issuers, bodies } = worldOf(region, seed, 0);
  return {
    format: 'fieldcert-reference',
    version: 1,
    region,
    issuers: [issuers.province, issuers.construction, issuers.city, ...issuers.county.values()].map(
      ({ id, name, region: of }) => ({ id, name, region: of }),
    ),
    bodies: bodies.map(({ id, name, region: of }) => ({ id, name, region: of })),
  };
}
