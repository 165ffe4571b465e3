import { createHash } from 'node:crypto';
import type { ExportTemplate } from '../../../../shared/domain/policy/export-templates';
import type { Settings } from '../../../../shared/ipc/routes/app';
import { assertNever } from '../../../../shared/kernel/assert-never';
import { canonicalJson } from '../../../../shared/kernel/canonical-json';
import { isoFromDay } from '../../../../shared/kernel/day';
import type { ActFact } from '../../../../shared/protocol/acts/facts';
import { ACT_WORDS, factText } from '../../../../shared/protocol/acts/words';
import type { ShownIntent } from '../../../../shared/protocol/intents';
import { translatedScope } from './translated-scope';
import { en } from './words/en';
import { scopeEn } from './words/scope-en';
import type { ScopeTable } from './words/scope-table';
import { scopeUg } from './words/scope-ug';
import { ug } from './words/ug';
import type { RowLabel, WordTable } from './words/word-table';
import { zhCn } from './words/zh-cn';

/** One line of the signing window. */
export interface IntentRow {
  readonly label: string;
  readonly value: string;
  /** `large`: the figure that matters; `code`: compared sign by sign. */
  readonly look: 'plain' | 'large' | 'code';
}

/** An intent as the signing window shows it. */
export interface IntentWords {
  readonly title: string;
  /** What the signature does, and what pulling the key out costs. */
  readonly text: string;
  readonly keep: string;
  readonly rows: readonly IntentRow[];
}

/** What is known of an export beside its intent. */
export interface ExportExtras {
  readonly count: number;
  readonly template: Pick<ExportTemplate, 'names' | 'columns' | 'masking' | 'records'>;
  readonly requester: string;
  readonly ticket: string;
  readonly way: 'code' | 'sms' | 'approval';
  /** Of a board: its tables, of how many certificates, and the root of the slice. */
  readonly board: {
    readonly tables: number;
    readonly certificates: number;
    readonly root: string;
  } | null;
  /** For whom the package is encrypted; null: for nobody. */
  readonly recipient: {
    readonly holder: string;
    readonly issuer: string;
    readonly fingerprint: string;
  } | null;
}

const TABLES: Readonly<Record<Settings['locale'], WordTable>> = { 'zh-CN': zhCn, en, ug };

const SCOPES: Readonly<Record<Settings['locale'], ScopeTable | null>> = {
  'zh-CN': null,
  en: scopeEn,
  ug: scopeUg,
};

/** Beginning and end of a digest in groups that a person can compare. */
export function digestGroups(hex: string): string {
  const groups = hex.toUpperCase().match(/.{4}/gu) ?? [];
  return `${groups.slice(0, 2).join(' ')} … ${groups.slice(-2).join(' ')}`;
}

/**
 * An intent in words, computed from the intent alone. The last row is a digest of the canonical form, so that two
 * intents that differ in anything are shown differently.
 */
export function intentWords(
  intent: ShownIntent,
  locale: Settings['locale'],
  extras?: ExportExtras,
): IntentWords {
  const words = TABLES[locale];
  const row = (label: RowLabel, value: string, look: IntentRow['look'] = 'plain'): IntentRow => ({
    label: words.labels[label],
    value,
    look,
  });
  const rows = (): IntentRow[] => {
    switch (intent.type) {
      case 'export-intent':
        return exportRows(intent, locale, row, extras);
      case 'agreement-intent':
        return [
          row('version', intent.version, 'large'),
          row('language', words.languages[intent.locale]),
          row('text-digest', digestGroups(intent.textSha256), 'code'),
          ...whoRows(intent, row),
        ];
      case 'import-intent':
        return [
          row('list', words.lists[intent.list]),
          row('rows', grouped(intent.rows), 'large'),
          row('left-out', grouped(intent.leftOut)),
          row('file', intent.file),
          row('request', intent.import, 'code'),
          row('rows-digest', digestGroups(intent.rowsSha256), 'code'),
          ...whoRows(intent, row),
        ];
      case 'approval-intent':
        return [
          row('decision', words.decisions[intent.decision], 'large'),
          row('subject', intent.subject),
          ...(intent.scope === undefined ? [] : [row('scope', words.granted(intent.scope))]),
          ...(intent.note === '' ? [] : [row('note', intent.note)]),
          row('request', intent.request, 'code'),
          row('request-digest', digestGroups(intent.requestSha256), 'code'),
          ...whoRows(intent, row),
        ];
      case 'admin-act-intent':
        return [
          row('act', ACT_WORDS[locale].kinds[intent.kind], 'large'),
          row('part', ACT_WORDS[locale].parts[intent.part]),
          ...actRows(intent.facts, locale),
          ...(intent.note === '' ? [] : [row('note', intent.note)]),
          row('request', intent.act, 'code'),
          row('request-digest', digestGroups(intent.draftSha256), 'code'),
          ...whoRows(intent, row),
        ];
      case 'checkpoint-intent':
        return [
          row('entry', grouped(intent.seq), 'large'),
          row('occasion', words.occasions[intent.occasion]),
          row('head', digestGroups(intent.head), 'code'),
          ...whoRows(intent, row),
        ];
      case 'login-intent':
        return [row('challenge', digestGroups(intent.challenge), 'code'), ...whoRows(intent, row)];
      case 'record-intent':
        return [
          row('record', words.signedRecords[intent.record]),
          row('subject', intent.subject),
          row('rows-in', grouped(intent.rows), 'large'),
          ...intent.files.flatMap(({ name, sha256 }) => [
            row('file', name),
            row('file-digest', digestGroups(sha256), 'code'),
          ]),
          row('trace', intent.trace, 'code'),
          ...whoRows(intent, row),
        ];
      default:
        return assertNever(intent);
    }
  };
  const digest = createHash('sha256').update(canonicalJson(intent)).digest('hex');
  return {
    ...words.kinds[intent.type],
    rows: [...rows(), row('digest', digestGroups(digest), 'code')],
  };
}

/** An act fact by fact, under the same words as on the page. */
function actRows(facts: readonly ActFact[], locale: Settings['locale']): IntentRow[] {
  const words = ACT_WORDS[locale];
  return facts.map((fact) => ({
    label: words.fields[fact.field],
    value: factText(fact, words),
    look: 'plain',
  }));
}

type Row = (label: RowLabel, value: string, look?: IntentRow['look']) => IntentRow;

interface Signer {
  readonly office: string;
  readonly device: string;
  readonly userId: string;
  readonly badge: string;
  readonly name: string;
  readonly atMs: number;
}

function whoRows(who: Signer, row: Row): IntentRow[] {
  return [
    row('person', `${who.name} ${who.badge}`),
    row('place', `${who.office} ${who.device}`),
    row('time', inShanghai(who.atMs)),
  ];
}

function exportRows(
  intent: Extract<ShownIntent, { type: 'export-intent' }>,
  locale: Settings['locale'],
  row: Row,
  extras: ExportExtras | undefined,
): IntentRow[] {
  const words = TABLES[locale];
  return [
    row('purpose', `${words.purposes[intent.purposeClass]}${words.colon}${intent.purpose}`),
    ...scopeRows(intent, locale, row),
    ...boardRows(intent, words, row, extras),
    row(
      intent.board === undefined ? 'count' : 'figures',
      grouped(extras?.count ?? intent.maxRows),
      'large',
    ),
    ...(extras === undefined
      ? []
      : [
          ...(intent.board === undefined
            ? [row('template', templateWords(extras.template, locale))]
            : []),
          row('permit', `${extras.ticket} ${words.ways[extras.way]}`, 'code'),
          ...recipientRows(extras.recipient, row),
          row('person', extras.requester),
        ]),
    row('place', `${intent.office} ${intent.device}`),
  ];
}

/** Of a board: its name and day, what it is held against, its tables, and which state of the data it is of. */
function boardRows(
  { board }: Extract<ShownIntent, { type: 'export-intent' }>,
  words: WordTable,
  row: Row,
  extras: ExportExtras | undefined,
): IntentRow[] {
  if (board === undefined) return [];
  const { day, rival } = board;
  const other = rival === null ? null : rival.kind === 'day' ? isoFromDay(rival.day) : rival.region;
  const shown = extras?.board ?? null;
  return [
    row('board', words.board(isoFromDay(day), other)),
    ...(shown === null
      ? []
      : [
          row('tables', words.tables(grouped(shown.tables), grouped(shown.certificates))),
          row('root', digestGroups(shown.root), 'code'),
        ]),
  ];
}

/** What is signed is Chinese: beside it, for who reads another language, the filter in theirs. */
function scopeRows(
  { scope, filter }: Extract<ShownIntent, { type: 'export-intent' }>,
  locale: Settings['locale'],
  row: Row,
): IntentRow[] {
  const words = SCOPES[locale];
  const translated = words === null ? null : translatedScope(filter, words);
  return translated === null
    ? [row('scope', scope)]
    : [row('scope', translated), row('scope-signed', scope)];
}

/** Name of the template, how many fields, how they are masked, and pages of records. */
function templateWords(
  { names, columns, masking, records }: ExportExtras['template'],
  locale: Settings['locale'],
): string {
  const words = TABLES[locale];
  const pages = records === 'none' ? [] : [words.records[records]];
  const parts = [words.fields(grouped(columns.length)), words.maskings[masking], ...pages];
  return `${names[locale]}${words.colon}${parts.join(words.comma)}`;
}

/** Whoever opens the package is named with the issuer, and by the certificate's fingerprint. */
function recipientRows(recipient: ExportExtras['recipient'], row: Row): IntentRow[] {
  if (recipient === null) return [];
  const { holder, issuer, fingerprint } = recipient;
  return [
    row('recipient', `${holder} · ${issuer}`),
    row('fingerprint', `${fingerprint.slice(0, 19)} …`, 'code'),
  ];
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/gu, ',');
}

/** To the second: a row that the person can compare with a clock. */
function inShanghai(atMs: number): string {
  return new Date(atMs + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}
