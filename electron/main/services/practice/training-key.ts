import type { DeviceCaller } from '../../clients/device-client';
import type { ServiceLog } from '../ports';
import type { OpenSession } from '../unlock/session';
import type { SessionListener } from '../unlock/unlock';
import { PRACTICE_PIN } from './practice-facts';

/**
 * Makes the practice office's software key at its first session, and another at the next one where somebody locked it: no
 * issuer is there who could unlock it. Everything it signs is 练习·无效力.
 */
export class TrainingKeyMaker implements SessionListener {
  constructor(
    private readonly device: DeviceCaller,
    private readonly log: ServiceLog,
  ) {}

  opened(session: OpenSession): void {
    if (!session.office.isPractice) return;
    void this.make(session).catch((error: unknown) => {
      this.log.warn('training key not made', { detail: String(error) });
    });
  }

  closing(): void {
    // The key belongs to the office, not to the session.
  }

  private async make({ view, office }: OpenSession): Promise<void> {
    const listed = await this.device.call('list', {});
    const present = listed.ok && listed.value.tokens.find(({ driver }) => driver === 'training');
    if (present && !(await this.isLocked(present.tokenId))) return;
    const holder = { name: view.name, badge: view.badge, office: office.office.name };
    const pin = new TextEncoder().encode(PRACTICE_PIN);
    const made = await this.device.call('makeTrainingKey', { holder, pin });
    if (!made.ok) this.log.warn('training key not made', { kind: made.failure.kind });
  }

  private async isLocked(tokenId: string): Promise<boolean> {
    const status = await this.device.call('pinStatus', { tokenId });
    return status.ok && status.value.state === 'locked';
  }
}
