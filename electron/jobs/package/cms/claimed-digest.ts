import { decodeOid, TAG } from './der';

/** What a foreign CMS says that the signed content's digest is. */
export interface ClaimedDigest {
  /** `time-stamp`: an authority's token over the content (RFC 3161), which no person signed. */
  readonly kind: 'signature' | 'time-stamp';
  /** The signature has a time stamp beside it, among what it does not cover (CAdES-T). */
  readonly hasTime: boolean;
  readonly algorithmOid: string;
  readonly digest: Uint8Array;
}

interface Node {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly children: readonly Node[];
}

const OID_SIGNED_DATA = '1.2.840.113549.1.7.2';
const OID_MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const OID_TIME_STAMP_INFO = '1.2.840.113549.1.9.16.1.4';
const OID_SIGNATURE_TIME = '1.2.840.113549.1.9.16.2.14';
const CONSTRUCTED = 0x20;
const INDEFINITE = 0x80;
const MAX_DEPTH = 40;
const MAX_NODES = 50_000;

/**
 * Reads what a detached CMS of any program claims to be the digest of its content (RFC 5652 §11.2), in BER as well as DER.
 * Nothing is judged by it but whether the content is still that: undefined where it cannot be told (no signed attributes,
 * several signers, the content inside, bytes that are no CMS). Never throws.
 */
export function claimedDigest(cms: Uint8Array): ClaimedDigest | undefined {
  try {
    return claimIn(new Reader(cms).read());
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function claimIn({ children: [type, wrapped] }: Node): ClaimedDigest | undefined {
  if (type === undefined || decodeOid(type.content) !== OID_SIGNED_DATA) return undefined;
  const [, , encapsulated, ...rest] = wrapped?.children[0]?.children ?? [];
  const contentType = encapsulated?.children[0];
  if (contentType !== undefined && decodeOid(contentType.content) === OID_TIME_STAMP_INFO)
    return claimOfStamp(encapsulated?.children[1]);
  // A second child is the content itself: its digest is not that of the bytes beside it.
  if (encapsulated?.children.length !== 1) return undefined;
  const infos = rest.find(({ tag }) => tag === TAG.set)?.children ?? [];
  const [, , algorithm, attributes, , , unsigned] = infos[0]?.children ?? [];
  if (infos.length !== 1 || attributes?.tag !== TAG.context0) return undefined;
  const algorithmId = algorithm?.children[0];
  for (const { children } of attributes.children) {
    const [name, values] = children;
    if (name === undefined || decodeOid(name.content) !== OID_MESSAGE_DIGEST) continue;
    const digest = values?.children[0];
    if (algorithmId === undefined || digest?.tag !== TAG.octetString) return undefined;
    return {
      kind: 'signature',
      hasTime: hasTime(unsigned),
      algorithmOid: decodeOid(algorithmId.content),
      digest: digest.content,
    };
  }
  return undefined;
}

/** A time stamp, and nothing else, among the unsigned attributes. */
function hasTime(unsigned: Node | undefined): boolean {
  const names = unsigned?.children.map(({ children: [name] }) => name) ?? [];
  return (
    names.length > 0 &&
    names.every((name) => name !== undefined && decodeOid(name.content) === OID_SIGNATURE_TIME)
  );
}

/** The imprint in a time stamp (RFC 3161 §2.4.2): version, policy, then algorithm and digest. */
function claimOfStamp(carried: Node | undefined): ClaimedDigest | undefined {
  const info = carried?.children[0];
  if (info === undefined) return undefined;
  // In pieces where the octet string is a constructed one.
  const bytes =
    info.children.length === 0
      ? info.content
      : Buffer.concat(info.children.map(({ content }) => content));
  const [, , imprint] = new Reader(bytes).read().children;
  const [algorithm, digest] = imprint?.children ?? [];
  const algorithmId = algorithm?.children[0];
  if (algorithmId === undefined || digest?.tag !== TAG.octetString) return undefined;
  const algorithmOid = decodeOid(algorithmId.content);
  return { kind: 'time-stamp', hasTime: false, algorithmOid, digest: digest.content };
}

/** BER as far as signatures use it: lengths of any form, one-byte tags. Throws `RangeError`. */
class Reader {
  private at = 0;
  private nodes = 0;

  constructor(private readonly bytes: Uint8Array) {}

  read(depth = 0, end = this.bytes.length): Node {
    this.nodes += 1;
    if (depth > MAX_DEPTH || this.nodes > MAX_NODES) throw new RangeError('too deep');
    const tag = this.byte(end);
    if ((tag & 0x1f) === 0x1f) throw new RangeError('long tag');
    const first = this.byte(end);
    if (first === INDEFINITE) return this.untilEnd(tag, depth, end);
    const length = first < INDEFINITE ? first : this.longLength(first & 0x7f, end);
    const start = this.at;
    const stop = start + length;
    if (stop > end) throw new RangeError('cut short');
    const children: Node[] = [];
    if ((tag & CONSTRUCTED) !== 0) while (this.at < stop) children.push(this.read(depth + 1, stop));
    this.at = stop;
    return { tag, content: this.bytes.subarray(start, stop), children };
  }

  /** Of indefinite length: until two zero bytes (X.690 §8.1.3.6). */
  private untilEnd(tag: number, depth: number, end: number): Node {
    if ((tag & CONSTRUCTED) === 0) throw new RangeError('length form');
    const start = this.at;
    const children: Node[] = [];
    for (;;) {
      if (this.bytes[this.at] === 0 && this.bytes[this.at + 1] === 0 && this.at + 2 <= end) {
        const content = this.bytes.subarray(start, this.at);
        this.at += 2;
        return { tag, content, children };
      }
      children.push(this.read(depth + 1, end));
    }
  }

  private longLength(count: number, end: number): number {
    if (count > 4) throw new RangeError('length form');
    let length = 0;
    for (let index = 0; index < count; index += 1) length = length * 256 + this.byte(end);
    return length;
  }

  private byte(end: number): number {
    const byte = this.bytes[this.at];
    if (byte === undefined || this.at >= end) throw new RangeError('cut short');
    this.at += 1;
    return byte;
  }
}
