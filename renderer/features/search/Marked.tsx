/** A name with the matched code points marked; `marks` are [from, to) positions. */
export function Marked({
  text,
  marks,
}: {
  readonly text: string;
  readonly marks: readonly (readonly [number, number])[];
}) {
  const characters = [...text];
  const parts: { readonly text: string; readonly from: number; readonly isMark: boolean }[] = [];
  let at = 0;
  for (const [from, to] of [...marks].sort((a, b) => a[0] - b[0])) {
    if (from < at || to > characters.length || to <= from) continue;
    if (from > at)
      parts.push({ text: characters.slice(at, from).join(''), from: at, isMark: false });
    parts.push({ text: characters.slice(from, to).join(''), from, isMark: true });
    at = to;
  }
  if (at < characters.length)
    parts.push({ text: characters.slice(at).join(''), from: at, isMark: false });
  return parts.map((part) =>
    part.isMark ? (
      <mark key={part.from}>{part.text}</mark>
    ) : (
      <span key={part.from}>{part.text}</span>
    ),
  );
}
