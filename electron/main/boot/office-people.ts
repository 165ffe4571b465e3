import type { RouteOutput } from '../../../shared/ipc/contract';
import type { DeskState } from '../../../shared/ipc/routes/app';
import { Keyslots } from '../../crypto/keyslots';
import type { OfficeFile } from '../services/unlock/office-file';
import { StatementChecks } from '../services/unlock/statement-checks';
import { type InForce, statementsInForce } from '../services/unlock/statements';

type Users = DeskState['users'];

/** People of an office as its signed statements and its keyslot file say; `highestMs`: highest time seen, UTC ms. */
export class OfficePeople {
  constructor(private readonly highestMs: () => number) {}

  /** Who can open this device: people of signed statements who have a slot. */
  async users(file: OfficeFile, keyslotsPath: string): Promise<Users> {
    const slots = (await Keyslots.open(keyslotsPath))?.slots() ?? [];
    return staffOf(await this.inForce(file))
      .filter(({ badge }) => slots.some((slot) => slot.badge === badge))
      .map((person) => {
        const token = slots.find((slot) => slot.badge === person.badge)?.token;
        const shown =
          token === undefined ? null : { serialTail: token.serial.slice(-4), keyRef: token.keyRef };
        return { ...person, token: shown };
      });
  }

  /** Whether a recovery key was handed out, for whom it can make a new way in, and how long passwords must be. */
  async recovery(file: OfficeFile, keyslotsPath: string): Promise<RouteOutput<'unlock.recovery'>> {
    const keyslots = await Keyslots.open(keyslotsPath);
    const inForce = await this.inForce(file);
    return {
      isPossible: (keyslots?.recoveryInHand ?? null) !== null,
      people: staffOf(inForce),
      minPasswordLength: inForce.office?.minPasswordLength ?? 0,
      asksToken: inForce.office?.factors.includes('token') ?? false,
    };
  }

  private inForce(file: OfficeFile): Promise<InForce> {
    const checks = new StatementChecks(file.ca, file.statementCertificate);
    return statementsInForce(file, checks, this.highestMs());
  }
}

/** Everybody of whom a role statement is in force, by badge. */
function staffOf({ roles }: InForce): Omit<Users[number], 'token'>[] {
  return roles
    .map(({ badge, name, role }) => ({ badge, name, role }))
    .sort((a, b) => (a.badge < b.badge ? -1 : 1));
}
