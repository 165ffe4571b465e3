import { z } from 'zod';
import {
  CORRECTED_FIELDS,
  IMPORT_VERDICTS,
  type ImportVerdict,
  MAX_IMPORT_ROWS,
} from '../domain/imports/rows';
import { CERTIFICATE_KINDS, type CertificateKind } from '../domain/model';
import { SignedIntentSchema } from './intents';

const Line = z.number().int().min(1).max(2_000_000);
const Day = z.number().int().min(-30_000).max(60_000);
const text = (max: number) => z.string().min(1).max(max);

const NewCertificateSchema = z.strictObject({
  line: Line,
  name: text(80),
  idNumber: text(40),
  number: text(80),
  kind: z.enum(Object.keys(CERTIFICATE_KINDS) as [CertificateKind, ...CertificateKind[]]),
  category: text(100).nullable(),
  validFrom: Day,
  validTo: Day,
  company: text(100).nullable(),
});
const CorrectionRowSchema = z.strictObject({
  line: Line,
  certificate: z.number().int().positive(),
  field: z.enum(CORRECTED_FIELDS),
  proposed: text(100),
  note: text(200),
});

/** A list handed in to the centre: its rows, and the signature whose intent has their digest. */
export const ImportSchema = z.discriminatedUnion('list', [
  z.strictObject({
    list: z.literal('certificates'),
    rows: z.array(NewCertificateSchema).min(1).max(MAX_IMPORT_ROWS),
    signed: SignedIntentSchema,
  }),
  z.strictObject({
    list: z.literal('corrections'),
    rows: z.array(CorrectionRowSchema).min(1).max(MAX_IMPORT_ROWS),
    signed: SignedIntentSchema,
  }),
]);

/** Begins the reason of an import's verdict; what follows is one letter a row, in the order of the rows. */
const PREFIX = 'import:';
/** Longest such reason, characters. */
export const MAX_IMPORT_ANSWER = PREFIX.length + MAX_IMPORT_ROWS;
const LETTERS: Readonly<Record<ImportVerdict, string>> = {
  taken: 't',
  told: 'o',
  known: 'k',
  gone: 'g',
};

/** Verdicts of the rows, as they stand in the reason of the command's verdict. */
export function writeImportAnswer(verdicts: readonly ImportVerdict[]): string {
  return PREFIX + verdicts.map((verdict) => LETTERS[verdict]).join('');
}

/** Between the letters and the words of persons who accepted a list whose signature came late. */
const WORDS = '\n';

/** The answer with the persons' words beside it; without them where the two would be longer than an answer may be. */
export function withDecision(answer: string, words: string): string {
  const both = answer + WORDS + words;
  return both.length <= MAX_IMPORT_ANSWER ? both : answer;
}

/** Those words; null where there are none, and for any other reason. */
export function importWords(reason: string | null): string | null {
  if (reason === null || !reason.startsWith(PREFIX)) return null;
  const at = reason.indexOf(WORDS);
  return at < 0 ? null : reason.slice(at + WORDS.length);
}

/** Reads it; undefined for any other reason. A letter of a newer centre is null. */
export function readImportAnswer(
  reason: string | null,
): readonly (ImportVerdict | null)[] | undefined {
  if (reason === null || !reason.startsWith(PREFIX)) return undefined;
  const [said = ''] = reason.slice(PREFIX.length).split(WORDS, 1);
  const letters = [...said];
  return letters.map((letter) => IMPORT_VERDICTS.find((one) => LETTERS[one] === letter) ?? null);
}
