import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FromGuest, frame, type ToGuest, unframe } from './frames';
import { openRedirectedPort, type RedirectedPort } from './usb-redir';

/** A whole machine with a USB bus, running this machine's own programs. */
export interface Machine {
  readonly port: RedirectedPort;
  tell(order: ToGuest): void;
  /** Hears what programs in the guest say. */
  hear(listener: (value: FromGuest) => void): void;
  close(): Promise<void>;
}

const MEMORY_MB = 1_024;
const GUEST_TMP = '/run';

/** Boots Debian's kernel in emulation; resolves when the guest takes orders, rejects with its console where it ends. */
export async function bootMachine(): Promise<Machine> {
  const kernel = required('FIELDCERT_GUEST_KERNEL');
  const folder = mkdtempSync(join(tmpdir(), 'fieldcert-qemu-'));
  const port = await openRedirectedPort();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const connected = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const initrd = makeInitrd(kernel, folder);
  const qemu = spawn('qemu-system-x86_64', [
    ...['-accel', 'tcg,thread=multi', '-cpu', 'qemu64', '-m', String(MEMORY_MB), '-smp', '2'],
    ...['-M', 'q35', '-nodefaults', '-no-reboot', '-display', 'none', '-serial', 'stdio'],
    ...['-kernel', join(kernel, 'vmlinux'), '-initrd', initrd, '-append'],
    'console=ttyS0 quiet panic=1 mitigations=off tsc=reliable nowatchdog random.trust_cpu=on',
    ...['-fsdev', 'local,id=h,path=/,security_model=none,readonly=on,multidevs=remap'],
    ...['-device', 'virtio-9p-pci,fsdev=h,mount_tag=host'],
    ...['-device', 'virtio-serial-pci', '-chardev'],
    `socket,id=ctl,host=127.0.0.1,port=${address.port}`,
    ...['-device', 'virtserialport,chardev=ctl,name=ctl', '-device', 'qemu-xhci,id=xhci'],
    ...['-chardev', `socket,id=ur,host=127.0.0.1,port=${port.tcpPort}`],
    ...['-device', 'usb-redir,chardev=ur'],
  ]);
  const ended = endOf(qemu);
  const control = await Promise.race([connected, ended]);
  const listeners: ((value: FromGuest) => void)[] = [];
  const ready = new Promise<void>((resolve) => {
    listeners.push((value) => {
      if (value.kind === 'ready') resolve();
    });
  });
  control.on('error', () => undefined);
  control.on(
    'data',
    unframe<FromGuest>((value) => {
      for (const listener of listeners) listener(value);
    }),
  );
  await Promise.race([ready, ended]);
  return {
    port,
    tell: (order) => void control.write(frame(order)),
    hear: (listener) => void listeners.push(listener),
    close: async () => {
      qemu.kill('SIGKILL');
      await ended.catch(() => undefined);
      port.close();
      control.destroy();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Rejects when the machine ends, with the last of what its console said. */
function endOf(qemu: ChildProcess): Promise<never> {
  const said: Buffer[] = [];
  qemu.stdout?.on('data', (chunk: Buffer) => said.push(chunk));
  qemu.stderr?.on('data', (chunk: Buffer) => said.push(chunk));
  const ended = new Promise<never>((_resolve, reject) => {
    const tell = (why: string) => {
      reject(
        new Error(`the machine ended: ${why}\n${Buffer.concat(said).toString().slice(-2_000)}`),
      );
    };
    qemu.once('error', (error) => tell(error.message));
    qemu.once('exit', (code, signal) => tell(String(code ?? signal)));
  });
  // Whoever waits hears of it; between two waits nobody does.
  ended.catch(() => undefined);
  return ended;
}

/** The first programs of the guest: load the modules, take this machine's files, start the relay among them. */
function makeInitrd(kernel: string, folder: string): string {
  const root = join(folder, 'initrd');
  for (const name of ['bin', 'dev', 'proc', 'sys', 'modules', 'host']) {
    mkdirSync(join(root, name), { recursive: true });
  }
  copyFileSync('/bin/busybox', join(root, 'bin/busybox'));
  const modules = readFileSync(join(kernel, 'order'), 'utf8').split('\n');
  for (const name of modules) copyFileSync(join(kernel, name), join(root, 'modules', name));
  const relay = join(required('FIELDCERT_APP'), 'dist/tools/qemu-guest.cjs');
  const init = [
    '#!/bin/busybox sh',
    '/bin/busybox --install -s /bin',
    'mount -t devtmpfs dev /dev; mount -t proc proc /proc; mount -t sysfs sys /sys',
    // A port that sleeps wakes with a reset, which the played token does not survive.
    ...modules.map(
      (name) => `insmod /modules/${name}${name === 'usbcore.ko' ? ' autosuspend=-1' : ''}`,
    ),
    'mount -t 9p -o trans=virtio,version=9p2000.L,ro,msize=262144,cache=loose host /host || exit 1',
    'mount -t proc proc /host/proc; mount -t sysfs sys /host/sys; mount -t devtmpfs dev /host/dev',
    `mount -t tmpfs run /host${GUEST_TMP}; ip link set lo up`,
    `export HOME=${GUEST_TMP} TMPDIR=${GUEST_TMP} PATH=/usr/sbin:/usr/bin:/sbin:/bin`,
    `exec chroot /host ${required('FIELDCERT_NODE')} ${relay} /dev/vport*p1`,
  ].join('\n');
  writeFileSync(join(root, 'init'), `${init}\n`, { mode: 0o755 });
  const initrd = join(folder, 'initrd.gz');
  execFileSync('sh', ['-c', `find . | cpio -o -H newc --quiet | gzip -1 > ${initrd}`], {
    cwd: root,
  });
  return initrd;
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: start this with npm run proof`);
  return value;
}
