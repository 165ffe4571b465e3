/**
 * Sets of certificates that the centre has marked as 核查中 (under verification): by certificates, employer, training body or
 * issuer. By a group it also counts for certificates that come later.
 */
export type MarkedSet =
  | { readonly by: 'certificates'; readonly ids: readonly number[] }
  | { readonly by: 'company' | 'body' | 'issuer'; readonly id: number };

/** A mark in force. `id` is the centre's, the same on every device; `reason` is what people read. */
export interface Mark {
  readonly id: string;
  /** `every`: of an emergency level (shared/domain/emergency); no order of a mark says it. */
  readonly set: MarkedSet | { readonly by: 'every' };
  readonly reason: string;
  /** When the centre gave it, UTC ms. */
  readonly sinceMs: number;
}

/** What a device knows of marks; a lift counts whatever comes after it. */
export interface MarkState {
  readonly marks: readonly (Mark & { readonly set: MarkedSet })[];
  /** Ids of marks that were lifted, the newest last. */
  readonly lifted: readonly string[];
}

/** Certificates that one mark may name. */
export const MAX_MARKED_IDS = 1_000;
/** Marks in force at a time on one device. */
export const MAX_MARKS = 100;
/** Certificates named by all marks of a device. */
export const MAX_ALL_MARKED_IDS = 20_000;
export const MAX_LIFTED = 500;
export const NO_MARKS: MarkState = { marks: [], lifted: [] };

/** What of a certificate a mark goes by. */
export interface MarkSubject {
  readonly id: number;
  readonly company: number | null;
  readonly body: number | null;
  readonly issuer: number;
}

/** The state with one mark more; null where a device can hold no more. One that is held or was lifted changes nothing. */
export function withMark(state: MarkState, mark: MarkState['marks'][number]): MarkState | null {
  if (state.lifted.includes(mark.id) || state.marks.some(({ id }) => id === mark.id)) return state;
  const marks = [...state.marks, mark];
  const named = marks.reduce((sum, { set }) => sum + ('ids' in set ? set.ids.length : 0), 0);
  return marks.length > MAX_MARKS || named > MAX_ALL_MARKED_IDS ? null : { ...state, marks };
}

/** The state without a mark. A mark that comes after its lift stays lifted. */
export function withoutMark({ marks, lifted }: MarkState, id: string): MarkState {
  return {
    marks: marks.filter((mark) => mark.id !== id),
    lifted: [...lifted.filter((one) => one !== id), id].slice(-MAX_LIFTED),
  };
}

/** What two places of the same device know together: every mark of either that neither knows as lifted. */
export function mergeMarks(a: MarkState, b: MarkState): MarkState {
  const lifted = [...new Set([...a.lifted, ...b.lifted])].slice(-MAX_LIFTED);
  const gone = new Set([...a.lifted, ...b.lifted]);
  const marks = new Map([...a.marks, ...b.marks].map((mark) => [mark.id, mark]));
  return { marks: [...marks.values()].filter(({ id }) => !gone.has(id)), lifted };
}

/** Marks, ready to be asked about many certificates. */
export class MarkIndex {
  private readonly named = new Map<number, Mark>();
  private readonly groups = {
    company: new Map<number, Mark>(),
    body: new Map<number, Mark>(),
    issuer: new Map<number, Mark>(),
  };

  private every: Mark | null = null;
  /** Certificates named by each mark. */
  private readonly ids: readonly ReadonlySet<number>[];

  constructor(readonly marks: readonly Mark[]) {
    this.ids = marks.map(({ set }) => new Set(set.by === 'certificates' ? set.ids : []));
    for (const mark of marks) {
      const { set } = mark;
      if (set.by === 'every') this.every = mark;
      else if (set.by === 'certificates') for (const id of set.ids) this.named.set(id, mark);
      else this.groups[set.by].set(set.id, mark);
    }
  }

  get isEmpty(): boolean {
    return this.marks.length === 0;
  }

  /** A mark that the certificate falls under, or null. */
  of({ id, company, body, issuer }: MarkSubject): Mark | null {
    if (this.isEmpty) return null;
    return (
      this.named.get(id) ??
      (company === null ? undefined : this.groups.company.get(company)) ??
      (body === null ? undefined : this.groups.body.get(body)) ??
      this.groups.issuer.get(issuer) ??
      this.every
    );
  }

  /** When the first of the marks that the certificate falls under was given, UTC ms; null: it falls under none. */
  sinceOf(subject: MarkSubject): number | null {
    if (this.of(subject) === null) return null;
    let since: number | null = null;
    this.marks.forEach(({ set, sinceMs }, n) => {
      const isUnder =
        set.by === 'every' ||
        (set.by === 'certificates'
          ? this.ids[n]?.has(subject.id) === true
          : subject[set.by] === set.id);
      if (isUnder && (since === null || sinceMs < since)) since = sinceMs;
    });
    return since;
  }
}

export const EMPTY_MARKS = new MarkIndex([]);
