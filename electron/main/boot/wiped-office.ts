import type { DeskState } from '../../../shared/ipc/routes/app';
import { dataPaths } from '../../platform/paths';
import { setAside, type WipeRecord } from '../services/wipe/wipe-record';
import { wipedState } from './wiped-state';

/** What is left of an office that was wiped: its record, and the outbox that survived. */
export class WipedOffice {
  record: WipeRecord | null = null;
  state: DeskState['wiped'] = null;

  constructor(private readonly userData: string) {}

  async show(record: WipeRecord): Promise<void> {
    this.record = record;
    this.state = await wipedState(record, this.mirrorOf(record));
  }

  /** A new office is there: what the wipe left is kept aside, nothing of it is built on. */
  async leave(): Promise<void> {
    if (this.record === null) return;
    await setAside(this.userData, this.record, this.mirrorOf(this.record));
    this.record = null;
    this.state = null;
  }

  private mirrorOf({ kind }: WipeRecord): string {
    return dataPaths(this.userData, kind).outboxMirror;
  }
}
