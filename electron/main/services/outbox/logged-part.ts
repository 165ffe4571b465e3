import type { CommandKind } from '../../../../shared/protocol/commands';

type Said = Readonly<Record<string, unknown>>;

const fields =
  (...names: readonly string[]) =>
  (content: Said): Said =>
    Object.fromEntries(names.flatMap((name) => (name in content ? [[name, content[name]]] : [])));
const whole = (content: Said): Said => content;

/**
 * What the log says of a command where the act itself says nothing else, of each kind: that something was told and about
 * what. Words that persons wrote, and numbers of persons, are in the command of that number, which only the centre opens:
 * the log is read, and handed out, by people who may open no certificate data.
 */
const LOGGED: Readonly<Record<CommandKind, (content: Said) => Said>> = {
  correction: fields('subject', 'id', 'field'),
  'field-check': fields('check', 'subject', 'id', 'result', 'day'),
  'suspected-fake': fields('certificate'),
  lookup: fields('lookup'),
  feedback: fields('topic', 'program'),
  'saved-item': fields('item', 'kind', 'isDeleted'),
  'cross-region-request': ({ request, scope }) => {
    const {
      regions = [],
      people = [],
      days = 0,
    } = (scope ?? {}) as {
      readonly regions?: readonly string[];
      readonly people?: readonly string[];
      readonly days?: number;
    };
    return { request, regions, days, people: people.length };
  },
  'export-request': fields('request'),
  'site-record': fields('visit'),
  import: fields('list'),
  approval: fields('request', 'decision'),
  'record-pdf': fields('traceId', 'certificate'),
  agreement: fields(),
  // Its purpose and what was chosen, in words, are the person's.
  'export-record': fields(
    'traceId',
    'purposeClass',
    'count',
    'outcome',
    'verificationCode',
    'packageSha256',
    'manifestSha256',
    'atMs',
  ),
  // The program's own words: no person is in them but the badge of who acted.
  'device-act': whole,
  'audit-page': whole,
  'audit-renewal': whole,
  'audit-checkpoint': whole,
  alert: whole,
};

/** Of a command's content (canonical JSON) what the log names. */
export function loggedPart(kind: CommandKind, content: string): Said {
  return LOGGED[kind](JSON.parse(content) as Said);
}
