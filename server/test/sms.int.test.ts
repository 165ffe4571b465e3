import { createHmac } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { httpSms } from '../sms/http';
import { spoolSms } from '../sms/spool';

const MESSAGE = { to: '13812345678', text: '验证码 123456', reference: 'R' };
const KEY = Buffer.alloc(32, 7);

describe('SMS gateways', () => {
  // Would catch: a half-written message sent, one readable by others, or a spool that grows for ever.
  it('spool: whole files for its owner alone, bounded', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fieldcert-sms-'));
    const gateway = spoolSms(folder);
    await Promise.all([gateway.send(MESSAGE), gateway.send(MESSAGE)]);
    const names = readdirSync(folder);
    expect(names).toHaveLength(2);
    for (const name of names) {
      expect(name).toMatch(/\.json$/);
      expect(JSON.parse(readFileSync(join(folder, name), 'utf8'))).toEqual(MESSAGE);
      expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
    }
    for (let i = 0; i < 1_000; i++) writeFileSync(join(folder, `${i}.json`), '{}');
    await expect(gateway.send(MESSAGE)).rejects.toThrow(/full/);
    rmSync(folder, { recursive: true });
  });

  // Would catch: a message that anybody could inject, one taken for sent that was refused, or codes over plain http.
  it('http: signed, and sent only when the other side says so', async () => {
    let status = 202;
    const got: { body: string; time: string; signature: string }[] = [];
    const server = createServer((request, answer) => {
      let body = '';
      request.on('data', (part) => {
        body += String(part);
      });
      request.on('end', () => {
        const { headers } = request;
        got.push({
          body,
          time: String(headers['x-fieldcert-time']),
          signature: String(headers['x-fieldcert-signature']),
        });
        answer.writeHead(status).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const gateway = httpSms(`http://127.0.0.1:${port}/send`, KEY);
    await gateway.send(MESSAGE);
    const [{ body, time, signature } = { body: '', time: '', signature: '' }] = got;
    expect(JSON.parse(body)).toEqual(MESSAGE);
    expect(createHmac('sha256', KEY).update(`${time}\n${body}`).digest('hex')).toBe(signature);
    for (status of [500, 302, 403]) await expect(gateway.send(MESSAGE)).rejects.toThrow();
    server.close();
    expect(() => httpSms('http://sms.example/send', KEY)).toThrow(RangeError);
    expect(() => httpSms('https://sms.example/send', KEY.subarray(0, 8))).toThrow(RangeError);
  });
});
