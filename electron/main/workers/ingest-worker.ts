import { parentPort } from '../../device/process-port';
import { IngestDesk } from './ingest-desk';
import type { IngestAnswer, IngestRequest } from './ingest-protocol';

const parent = parentPort();
const desk = new IngestDesk();

parent?.onMessage((request) => {
  void desk.answer(request as IngestRequest).then((answer) => parent.postMessage(answer));
});
parent?.postMessage({ point: desk.point } satisfies IngestAnswer);
