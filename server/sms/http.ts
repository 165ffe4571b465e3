import { createHmac } from 'node:crypto';
import { request as requestPlain } from 'node:http';
import { request } from 'node:https';
import type { SmsGateway } from './gateway';

const TIMEOUT_MS = 10_000;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Hands messages to an operator's HTTP interface, or to an adapter in front of one:
 *
 *   POST <address>   content-type: application/json; charset=utf-8
 *   x-fieldcert-time: UTC ms    x-fieldcert-signature: hex HMAC-SHA-256(key, time "\n" body)
 *   {"to":"+8613…","text":"…","reference":"…"}
 *
 * Any 2xx takes the message over; anything else, or no answer within 10 s, does not. Redirects are not followed.
 * Throws RangeError for an address that is not https (http on the loopback only, for an adapter on the same machine).
 */
export function httpSms(address: string, key: Uint8Array): SmsGateway {
  const url = new URL(address);
  const isLocal = url.protocol === 'http:' && LOOPBACK.has(url.hostname);
  if (url.protocol !== 'https:' && !isLocal) throw new RangeError('--sms wants an https address');
  if (key.length < 16) throw new RangeError('the key of --sms-key has at least 16 bytes');
  const begin = isLocal ? requestPlain : request;
  return {
    send: ({ to, text, reference }) =>
      new Promise((resolve, reject) => {
        const body = Buffer.from(JSON.stringify({ to, text, reference }), 'utf8');
        const time = String(Date.now());
        const outgoing = begin(url, {
          method: 'POST',
          signal: AbortSignal.timeout(TIMEOUT_MS),
          headers: {
            'content-type': 'application/json; charset=utf-8',
            'content-length': String(body.length),
            'x-fieldcert-time': time,
            'x-fieldcert-signature': createHmac('sha256', key)
              .update(`${time}\n`, 'utf8')
              .update(body)
              .digest('hex'),
          },
        });
        outgoing.on('response', (answer) => {
          answer.destroy();
          const { statusCode = 0 } = answer;
          if (statusCode >= 200 && statusCode < 300) resolve();
          else reject(new Error(`the SMS gateway answered ${statusCode}`));
        });
        outgoing.on('error', reject);
        outgoing.end(body);
      }),
  };
}
