import { MAX_OUTGOING, OUTGOING_SPLIT_BYTES } from '../../../../shared/protocol/bundle';
import type { OutboxCommand } from '../../../../shared/protocol/outbox';
import type { WaitingFile } from '../evidence/evidence-folder';

/** What one outgoing file holds. */
export interface OutgoingPart {
  readonly commands: OutboxCommand[];
  readonly evidence: WaitingFile[];
}

/** What goes up, in its order, in as many files as its bytes and the number of its things ask for; one at least. */
export class OutgoingSplit {
  readonly parts: OutgoingPart[] = [{ commands: [], evidence: [] }];
  private size = 0;

  addCommand(command: OutboxCommand): void {
    this.room(command.payload.length, 'commands').commands.push(command);
  }

  addEvidence(file: WaitingFile): void {
    this.room((file.bytes / 3) * 4, 'evidence').evidence.push(file);
  }

  private room(bytes: number, of: keyof OutgoingPart): OutgoingPart {
    const last = this.parts.at(-1) as OutgoingPart;
    const isFull =
      (this.size > 0 && this.size + bytes > OUTGOING_SPLIT_BYTES) ||
      last[of].length >= MAX_OUTGOING[of];
    if (isFull) {
      this.parts.push({ commands: [], evidence: [] });
      this.size = 0;
    }
    this.size += bytes;
    return this.parts.at(-1) as OutgoingPart;
  }
}
