import { type BatchField, guessColumns } from '../batch/columns';

/** What a code or a copied certificate says of itself; empty where it says nothing. */
export interface ScannedFields {
  name: string;
  idNumber: string;
  number: string;
  validTo: string;
}

type Field = keyof ScannedFields;

/** Abbreviations that systems put into addresses: initials of the pinyin. */
const SHORT: Readonly<Record<string, Field>> = {
  xm: 'name',
  sfzh: 'idNumber',
  sfzhm: 'idNumber',
  zjhm: 'idNumber',
  idcard: 'idNumber',
  cardid: 'idNumber',
  zsbh: 'number',
  zsbm: 'number',
  zsh: 'number',
  czzh: 'number',
  zh: 'number',
  no: 'number',
  code: 'number',
  certno: 'number',
  cardno: 'number',
  certificateno: 'number',
  yxq: 'validTo',
  yxqz: 'validTo',
  yxqzz: 'validTo',
};

/** Which field a label names; undefined for any other. */
export function fieldOf(label: string): Field | undefined {
  const plain = label.replace(/[\s_-]/gu, '').toLowerCase();
  const short = SHORT[plain];
  if (short !== undefined) return short;
  const [field] = Object.keys(guessColumns([label], [])) as BatchField[];
  return field === undefined || field === 'company' ? undefined : field;
}

const PAIR =
  /([\p{L}][\p{L}\d _/()-]{0,19}?) ?[:=] ?(.*?)(?=[\s;|,&]+[\p{L}][\p{L}\d_/()-]{0,15} ?[:=]|[\n;|,&]|$)/gu;
const MAX_PAIRS = 60;

/** Labels and what stands behind them in a copied text or a simple JSON object. */
export function labelled(text: string): Partial<ScannedFields> {
  const found: Partial<ScannedFields> = {};
  const take = (label: string, value: string) => {
    const field = fieldOf(label);
    // The first one counts: what comes behind it may be somebody else's.
    if (field !== undefined && found[field] === undefined && value.trim() !== '')
      found[field] = value.trim().slice(0, 80);
  };
  const object = jsonObject(text);
  if (object !== undefined) {
    for (const [label, value] of Object.entries(object).slice(0, MAX_PAIRS))
      if (typeof value === 'string' || typeof value === 'number') take(label, String(value));
    return found;
  }
  let pairs = 0;
  for (const [, label = '', value = ''] of text.matchAll(PAIR)) {
    if (++pairs > MAX_PAIRS) break;
    take(label, value);
  }
  return found;
}

function jsonObject(text: string): object | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
