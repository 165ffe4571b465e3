import { CardError } from '../piv/card-transport';
import { USB_BARRIER } from './usb-problem';

export type Usb = typeof import('usb').usb;

let loading: Promise<Usb> | undefined;

/**
 * libusb, loaded at first use: a machine for which there is no build of it must still sign by other ways.
 * Rejects with `CardError` (`unavailable`).
 */
export function loadUsb(): Promise<Usb> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Usb> {
  let usb: Usb;
  try {
    ({ usb } = await import('usb'));
  } catch (error) {
    const detail = error instanceof Error ? error.message : 'unknown';
    throw new CardError('unavailable', `${USB_BARRIER.library}: ${detail}`);
  }
  if (usb.INIT_ERROR) {
    throw new CardError('unavailable', `${USB_BARRIER.library}: libusb ${usb.INIT_ERROR}`);
  }
  return usb;
}

/** Calls back when a device comes or goes, where the system tells; answers how to stop. */
export function watchBus(onChange: () => void): () => void {
  let isStopped = false;
  let stop: () => void = () => undefined;
  void loadUsb().then(
    (usb) => {
      if (isStopped) return;
      const tell = () => onChange();
      usb.on('attach', tell);
      usb.on('detach', tell);
      usb.unrefHotplugEvents();
      stop = () => {
        usb.off('attach', tell);
        usb.off('detach', tell);
      };
    },
    // Listing the readers says what stands in the way.
    () => undefined,
  );
  return () => {
    isStopped = true;
    stop();
  };
}
