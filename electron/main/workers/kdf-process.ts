import { HandoverEnd, sealTo } from '../../crypto/handover';
import { argon2Here, measureArgon2 } from '../../crypto/kdf';
import { parentPort } from '../../device/process-port';
import type { KdfMessage, KdfRequest } from './kdf-protocol';

/** The process of one derivation: what Argon2 leaves behind goes with it. */
const parent = parentPort();
const end = new HandoverEnd();
const tell = (message: KdfMessage) => parent?.postMessage(message);

async function answer(request: KdfRequest): Promise<KdfMessage> {
  if (request.kind === 'measure') return { kind: 'measured', parameters: await measureArgon2() };
  const { password = new Uint8Array(0), salt = new Uint8Array(0) } = end.open(request.sealed);
  const key = await argon2Here(password, salt, request.parameters);
  return { kind: 'derived', sealed: sealTo(request.replyTo, { key }) };
}

parent?.onMessage((request) => {
  answer(request as KdfRequest).then(tell, (error: unknown) =>
    // The name alone: a message could quote what it stumbled over.
    tell({ kind: 'failed', detail: error instanceof Error ? error.name : 'unknown' }),
  );
});
tell({ kind: 'ready', point: end.point });
