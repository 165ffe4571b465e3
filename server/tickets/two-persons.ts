import { X509Certificate } from 'node:crypto';

/**
 * Whether two certificates (DER) are of two persons: another key, another subject, and by its serial number, or where
 * either has none by its common name, somebody else. False for what is no certificate.
 */
export function areTwoPersons(first: Uint8Array, second: Uint8Array): boolean {
  const [one, other] = [facts(first), facts(second)];
  if (one === undefined || other === undefined) return false;
  if (one.key === other.key || one.subject === other.subject) return false;
  if (one.number !== '' && other.number !== '') return one.number !== other.number;
  return one.name !== '' && one.name !== other.name;
}

function facts(der: Uint8Array) {
  try {
    const { subject, publicKey } = new X509Certificate(der);
    const part = (name: string) =>
      subject
        .split('\n')
        .find((line) => line.startsWith(`${name}=`))
        ?.slice(name.length + 1) ?? '';
    const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    return { subject, key, name: part('CN'), number: part('serialNumber') };
  } catch {
    return undefined;
  }
}
