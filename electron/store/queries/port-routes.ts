import { AppError } from '../../../shared/errors/app-error';
import { boardListRoutes } from '../../../shared/ipc/routes/board-lists';
import { boardMakingRoutes } from '../../../shared/ipc/routes/board-making';
import { boardRoutes } from '../../../shared/ipc/routes/boards';
import { dossierRoutes } from '../../../shared/ipc/routes/dossiers';
import { forecastRoutes } from '../../../shared/ipc/routes/forecast';
import { recordRoutes } from '../../../shared/ipc/routes/records';
import { searchRoutes } from '../../../shared/ipc/routes/search';
import type { QueryEntry } from '../protocol';
import { readBoard, readStaff, readTrend } from './boards';
import { readCompany } from './company';
import type { Desk } from './desk';
import { readExamList, readStaffList } from './figure-lists';
import { readForecast, readLapseList } from './forecast';
import { readPerson } from './person';
import { readRecord } from './record';
import type { Search } from './search';
import { suggest } from './suggest';

/** The routes that this process answers, by the contract's own definitions. */
const ROUTES = {
  'search.suggest': searchRoutes['search.suggest'],
  'search.query': searchRoutes['search.query'],
  'records.certificate': recordRoutes['records.certificate'],
  'records.company': dossierRoutes['records.company'],
  'records.person': dossierRoutes['records.person'],
  'boards.query': boardRoutes['boards.query'],
  'boards.trend': boardRoutes['boards.trend'],
  'boards.staff': boardRoutes['boards.staff'],
  'boards.staff-list': boardListRoutes['boards.staff-list'],
  'boards.exam-list': boardListRoutes['boards.exam-list'],
  'boards.making': boardMakingRoutes['boards.making'],
  'boards.stop': boardMakingRoutes['boards.stop'],
  'boards.forecast': forecastRoutes['boards.forecast'],
  'boards.lapse-list': forecastRoutes['boards.lapse-list'],
} as const;
type PortRoute = keyof typeof ROUTES;

export interface PortOutcome {
  readonly answer: unknown;
  /** What the journal must hold before the answer goes out. */
  readonly log: QueryEntry | null;
}

/** Parses what a page sent. Fails with INPUT_INVALID naming the field, never repeating its content. */
function parse<R extends PortRoute>(
  route: R,
  input: unknown,
): ReturnType<(typeof ROUTES)[R]['input']['parse']> {
  const parsed = ROUTES[route].input.safeParse(input);
  if (!parsed.success)
    throw new AppError('INPUT_INVALID', { field: parsed.error.issues[0]?.path.join('.') ?? '' });
  return parsed.data as ReturnType<(typeof ROUTES)[R]['input']['parse']>;
}

function isPortRoute(route: string): route is PortRoute {
  return Object.hasOwn(ROUTES, route);
}

function viewed(kind: QueryEntry['kind'], subject: number, isFound: boolean): QueryEntry {
  return { kind, text: null, tag: null, filter: null, subject, count: isFound ? 1 : 0 };
}

/** Answers a page's request within the session's role and scope. */
export async function answerPort(
  desk: Desk,
  search: Search,
  route: string,
  input: unknown,
): Promise<PortOutcome> {
  if (!isPortRoute(route)) throw new AppError('FORBIDDEN', {}, `route ${route}`);
  const roles: readonly string[] = ROUTES[route].roles;
  if (!roles.includes(desk.session.role)) throw new AppError('FORBIDDEN', {}, `role for ${route}`);
  switch (route) {
    case 'search.suggest':
      return { answer: await suggest(desk, parse(route, input).text), log: null };
    case 'search.query':
      return search.query(parse(route, input));
    case 'records.certificate': {
      const { id } = parse(route, input);
      const answer = readRecord(desk, id);
      return { answer, log: viewed('view', id, answer.record !== null) };
    }
    case 'records.company': {
      const { id } = parse(route, input);
      const answer = readCompany(desk, id);
      return { answer, log: viewed('view-company', id, answer.company !== null) };
    }
    case 'records.person': {
      const { id } = parse(route, input);
      const answer = readPerson(desk, id);
      return { answer, log: viewed('view-person', id, answer.person !== null) };
    }
    case 'boards.query':
      return { answer: await readBoard(desk, parse(route, input)), log: null };
    case 'boards.trend':
      return { answer: await readTrend(desk, parse(route, input)), log: null };
    case 'boards.staff':
      return { answer: await readStaff(desk, parse(route, input)), log: null };
    case 'boards.staff-list':
      return { answer: await readStaffList(desk, parse(route, input)), log: null };
    case 'boards.exam-list':
      return readExamList(desk, parse(route, input));
    case 'boards.making':
      parse(route, input);
      return { answer: desk.warm.making(), log: null };
    case 'boards.stop':
      return { answer: { isStopped: desk.warm.stop(parse(route, input).what) }, log: null };
    case 'boards.forecast':
      return { answer: await readForecast(desk, parse(route, input)), log: null };
    case 'boards.lapse-list':
      return readLapseList(desk, parse(route, input));
  }
}
