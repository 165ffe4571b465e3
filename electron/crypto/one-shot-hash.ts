import { createHash, hash } from 'node:crypto';

type Input = string | Uint8Array;

/** `crypto.hash` came with Node 20.12; the emergency reader runs on older ones too. */
const isThere = typeof (hash as unknown) === 'function';

/** Hex SHA-256 of a text (UTF-8) or bytes. */
export const sha256Hex: (data: Input) => string = isThere
  ? (data) => hash('sha256', data)
  : (data) => createHash('sha256').update(data).digest('hex');

/** SHA-256 as 32 latin-1 characters, which pass faster than buffers. */
export const sha256Latin1: (data: Input) => string = isThere
  ? (data) => hash('sha256', data, 'binary')
  : (data) => createHash('sha256').update(data).digest('binary');

/** SHA-256 as bytes. */
export const sha256Bytes: (data: Input) => Buffer = isThere
  ? (data) => hash('sha256', data, 'buffer')
  : (data) => createHash('sha256').update(data).digest();
