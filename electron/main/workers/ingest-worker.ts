import { parentPort } from '../../device/process-port';
import { standBackProcess } from '../../platform/stand-back';
import { IngestDesk } from './ingest-desk';
import type { IngestAnswer, IngestRequest } from './ingest-protocol';

// Sealing takes a processor for itself: a look-up beside it goes first.
standBackProcess();
const parent = parentPort();
const desk = new IngestDesk();

parent?.onMessage((request) => {
  void desk.answer(request as IngestRequest).then((answer) => parent.postMessage(answer));
});
parent?.postMessage({ point: desk.point } satisfies IngestAnswer);
