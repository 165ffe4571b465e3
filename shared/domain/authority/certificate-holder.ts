/** Who is at the desk, or asked for what is signed. */
export interface NamedPerson {
  readonly name: string;
  readonly badge: string;
}

/** Authorities join name and numbers in one common name by these: `051@张三@330600127@1`, `张三 330600127`. */
const JOINTS = /[\s@/_|:;()（）[\]【】,，-]+/u;
const NOISE = /[\s\p{P}]+/gu;

/**
 * Whether a certificate's subject (`CN=…, SERIALNUMBER=…, O=…`) names a person: by the name, or by the badge, in the
 * common name or the serial number. Nothing of it proves who holds the key: it tells a colleague's U-Key in the port.
 */
export function namesPerson(subject: string, { name, badge }: NamedPerson): boolean {
  const common = partOf(subject, 'CN');
  const number = partOf(subject, 'SERIALNUMBER');
  const wanted = [plain(name), plain(badge)].filter((one) => one !== '');
  const said = [common, number].flatMap((text) => [
    plain(text),
    ...text.split(JOINTS).map(plain),
    plain(text.replace(/\d+/gu, '')),
  ]);
  return wanted.some((one) => said.includes(one));
}

/** One attribute of a subject; a comma inside of a value ends it only before the next attribute. */
function partOf(subject: string, name: string): string {
  const found = subject.split(/, (?=[A-Z0-9.]+=)/u).find((part) => part.startsWith(`${name}=`));
  return found?.slice(name.length + 1) ?? '';
}

const plain = (text: string): string => text.normalize('NFKC').replace(NOISE, '').toLowerCase();
