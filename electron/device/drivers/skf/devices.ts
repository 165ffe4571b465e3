import { DEVICE_INFO_BYTES, type DeviceInfo, readDeviceInfo, readNames, terminated } from './blobs';
import type { SkfLibrary } from './library';

/** A connected token and the name under which its library knows it. */
export interface SkfDevice {
  readonly name: Buffer;
  readonly info: DeviceInfo;
}

/** The devices of one library. */
export interface DeviceList {
  /**
   * What is connected now. Devices are connected to only when the names changed: many libraries keep one state per
   * device, and a second handle that is closed takes the login of the first with it. Throws `SkfError`.
   */
  look(library: SkfLibrary, isKeyOpen: boolean): Promise<readonly SkfDevice[]>;
  /** Forgets what was read: the next look reads every device again. */
  forget(): void;
}

/** Makes an empty list. */
export function createDeviceList(): DeviceList {
  let known = new Map<string, SkfDevice>();

  return {
    look: async (library, isKeyOpen) => {
      const names = await presentNames(library);
      const isSame = names.length === known.size && names.every((name) => known.has(keyOf(name)));
      const kept = isSame || isKeyOpen ? known : new Map<string, SkfDevice>();
      const found = new Map<string, SkfDevice>();
      for (const name of names) {
        // A device that another program holds alone must not hide the others.
        const device =
          kept.get(keyOf(name)) ?? (await readDevice(library, name).catch(() => undefined));
        if (device !== undefined) found.set(keyOf(name), device);
      }
      known = found;
      return [...found.values()];
    },
    forget: () => known.clear(),
  };
}

/** Names of all connected devices. Throws `SkfError`. */
export async function presentNames(library: SkfLibrary): Promise<Buffer[]> {
  return readNames(await library.read('SKF_EnumDev', 1));
}

/** What a connected device tells of itself. Throws `SkfError`. */
export async function readInfo(library: SkfLibrary, device: bigint): Promise<DeviceInfo> {
  const info = Buffer.alloc(DEVICE_INFO_BYTES);
  await library.call('SKF_GetDevInfo', device, info);
  return readDeviceInfo(info);
}

async function readDevice(library: SkfLibrary, name: Buffer): Promise<SkfDevice> {
  const handle = await library.open('SKF_ConnectDev', terminated(name));
  try {
    return { name, info: await readInfo(library, handle) };
  } finally {
    await library.call('SKF_DisConnectDev', handle).catch(() => undefined);
  }
}

function keyOf(name: Buffer): string {
  return name.toString('latin1');
}
