import { type ServerEnd, serve } from '../threads/rpc';
import type { RecoveryCalls } from './calls';
import { diagnose } from './diagnose';

/** The thread that works on files which do not open. */
export function serveRescue(port: ServerEnd): void {
  serve<RecoveryCalls>(port, {
    diagnose: async ({ officeDir, keys }) => {
      try {
        return await diagnose(officeDir, keys);
      } finally {
        keys.journal.fill(0);
        keys.slice?.fill(0);
      }
    },
  });
}
