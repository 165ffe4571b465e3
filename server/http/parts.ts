import type { EnrolmentParts } from '../enrol/enrolments';
import type { KeyProvider } from '../keys/key-provider';
import type { SmsGateway } from '../sms/gateway';
import type { ManifestParts } from '../sync/manifest-parts';

/** Everything that requests are answered from. */
export type ServerParts = EnrolmentParts &
  ManifestParts & {
    readonly keys: KeyProvider;
    readonly sms: SmsGateway;
    /** As in `CentralOptions`. */
    readonly signerRoots: readonly Uint8Array[];
    readonly log: (line: string) => void;
    /** Told of every request before it is answered. */
    readonly seen: (method: string, address: string) => void;
  };
