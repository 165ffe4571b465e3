import { join } from 'node:path';
import { SLICE_FILE } from '../slice/slice-writer';
import { type ServerEnd, serve } from '../threads/rpc';
import type { EitherKey, RecoveryCalls } from './calls';
import { diagnose } from './diagnose';
import { renewJournal } from './renew-journal';
import { salvage } from './salvage';
import { salvageSlice } from './salvage-slice';
import { setAside } from './set-aside';

function forget({ key, nextKey }: EitherKey): void {
  key.fill(0);
  nextKey?.fill(0);
}

/** The thread that works on files which do not open. */
export function serveRescue(port: ServerEnd): void {
  serve<RecoveryCalls>(port, {
    diagnose: async ({ officeDir, keys }) => {
      try {
        return await diagnose(officeDir, keys);
      } finally {
        for (const key of Object.values(keys)) key?.fill(0);
      }
    },
    setAsideSlice: ({ officeDir, atMs }) => ({
      keptIn: setAside(join(officeDir, SLICE_FILE), officeDir, atMs),
    }),
    salvageSlice: async (input) => {
      try {
        return await salvageSlice(input);
      } finally {
        forget(input);
      }
    },
    salvage: async (input) => {
      const { officeDir, newKey, path, sliceKeys = [] } = input;
      try {
        return await salvage(officeDir, input, newKey, path, sliceKeys);
      } finally {
        forget(input);
        for (const key of [newKey, ...sliceKeys]) key.fill(0);
      }
    },
    renewJournal: async (input) => {
      try {
        return await renewJournal(input);
      } finally {
        forget(input);
      }
    },
  });
}
