/** A short message to one person. `reference` names it in the gateway's log; it is no secret. */
export interface ShortMessage {
  readonly to: string;
  readonly text: string;
  readonly reference: string;
}

/**
 * What carries short messages: an operator's HTTP interface, a spool that another program empties, or the practice
 * office's own. Resolves when the message was taken over, rejects when it was not.
 */
export interface SmsGateway {
  send(message: ShortMessage): Promise<void>;
}

/** Where nothing was set up: no code can be sent, and the desk is told so. */
export const noSms: SmsGateway = {
  send: async () => {
    throw new Error('no SMS gateway is set up (serve --sms)');
  },
};
