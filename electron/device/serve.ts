import { cardDrivers } from './card-drivers';
import { createDevice, type Device } from './device';
import { done, failed, type Outcome, type TokenDriver } from './driver';
import { createPkcs11Driver } from './drivers/pkcs11/pkcs11-driver';
import { createSkfDriver } from './drivers/skf/skf-driver';
import { createTrainingDriver, createTrainingKey } from './drivers/training/training-driver';
import { onLibraryLoad } from './library-loads';
import { type Watch, watchTokens } from './presence';
import type { ProcessPort } from './process-port';
import {
  type DeviceAnswers,
  type DeviceMessage,
  type DeviceRequest,
  deviceRequestSchema,
} from './protocol';

type RequestOf<K extends DeviceRequest['kind']> = Extract<DeviceRequest, { kind: K }>;

/** Serves the device protocol on a port until the process ends. */
export function serveDevice(port: ProcessPort): void {
  const running = new Map<number, AbortController>();
  let device: Device = createDevice([]);
  let watch: Watch | undefined;
  let stopLooking: () => void = () => undefined;
  let trainingDirectory: string | undefined;
  const post = (message: DeviceMessage) => port.postMessage(message);
  onLibraryLoad(post);

  async function configure(request: RequestOf<'configure'>): Promise<Outcome<null>> {
    watch?.stop();
    stopLooking();
    await device.close();
    const { isPracticeOffice, training } = request;
    const drivers: TokenDriver[] = [
      ...request.skfProfiles.map((profile) => createSkfDriver({ profile })),
      ...request.pkcs11Libraries.map((libraryPath) => createPkcs11Driver({ libraryPath })),
      ...cardDrivers(request.cardReaders ?? []),
    ];
    trainingDirectory = isPracticeOffice ? training?.directory : undefined;
    if (training !== undefined) {
      drivers.push(createTrainingDriver({ directory: training.directory, isPracticeOffice }));
    }
    const current = createDevice(drivers);
    device = current;
    const present = watchTokens(async () => (await current.list()).tokens, post);
    watch = present;
    stopLooking = current.watch(() => void present.poll());
    void present.poll();
    return done(null);
  }

  async function makeTrainingKey(
    request: RequestOf<'makeTrainingKey'>,
  ): Promise<Outcome<DeviceAnswers['makeTrainingKey']>> {
    if (trainingDirectory === undefined) return failed({ kind: 'practice-only' });
    const { holder, pin } = request;
    const made = await createTrainingKey({
      directory: trainingDirectory,
      holder,
      pin,
      nowMs: Date.now(),
    });
    await watch?.poll();
    return made;
  }

  async function answer(
    request: DeviceRequest,
    signal: AbortSignal,
  ): Promise<Outcome<DeviceAnswers[keyof DeviceAnswers]>> {
    switch (request.kind) {
      case 'configure':
        return configure(request);
      case 'list':
        return done(await device.list());
      case 'readers':
        return done(await device.readers());
      case 'certs':
        return device.certs(request.tokenId);
      case 'pinStatus':
        return device.pinStatus(request.tokenId);
      case 'sign':
        return device.sign({ ...request, signal }, request.digests);
      case 'beginSigning': {
        const begun = await device.beginSigning({ ...request, signal });
        return begun.ok ? done({ signingId: begun.value }) : begun;
      }
      case 'signNext':
        return device.signNext(request.signingId, request.digest, signal);
      case 'endSigning':
        await device.endSigning(request.signingId);
        return done(null);
      case 'unwrap':
        return device.unwrap({ ...request, signal }, request.wrapped);
      case 'makeTrainingKey':
        return makeTrainingKey(request);
      case 'cancel':
        running.get(request.target)?.abort();
        return done(null);
    }
  }

  async function handle(request: DeviceRequest): Promise<void> {
    const controller = new AbortController();
    running.set(request.id, controller);
    try {
      const outcome = await answer(request, controller.signal);
      post({ kind: 'answer', id: request.id, ...outcome });
    } catch (error) {
      const detail = error instanceof Error ? error.message : 'unknown';
      post({
        kind: 'answer',
        id: request.id,
        ok: false,
        failure: { kind: 'failed', layer: 'process', detail },
      });
    } finally {
      running.delete(request.id);
      if ('pin' in request) request.pin.fill(0);
    }
  }

  port.onMessage((message) => {
    const parsed = deviceRequestSchema.safeParse(message);
    // Main wrote the message: one that does not parse is a bug there, and there is no id to answer to.
    if (parsed.success) void handle(parsed.data);
  });
  post({ kind: 'ready' });
}
