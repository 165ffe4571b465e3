import type { ActFault } from '../../shared/protocol/acts/wire';

/** An act, or a person's part in one, that the desk does not take. */
export class ActRefused extends RangeError {
  constructor(
    readonly fault: Exclude<ActFault, 'session'>,
    message: string,
  ) {
    super(message);
    this.name = 'ActRefused';
  }
}
