import { AppError } from '../../../shared/errors/app-error';
import type { RouteInput, RouteNameBy, RouteOutput } from '../../../shared/ipc/contract';
import type { Answer } from '../../../shared/ipc/define';
import type { StoreCaller } from './store-client';

/**
 * Asks the store what a page asks it over its port: within the session's role and scope, and logged as the page's question
 * is. Throws the code of a refusal.
 */
export async function askStore<R extends RouteNameBy<'port'>>(
  store: Pick<StoreCaller, 'call'>,
  route: R,
  input: RouteInput<R>,
): Promise<RouteOutput<R>> {
  const answer = (await store.call('portRequest', { route, input })) as Answer<RouteOutput<R>>;
  if (!answer.ok) throw new AppError(answer.error.code, answer.error.params);
  return answer.data;
}
