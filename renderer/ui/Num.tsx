/** A number, date or code: stays left-to-right in a sentence of either direction. */
export function Num({
  children,
  isMono = false,
}: {
  readonly children: string | number;
  readonly isMono?: boolean;
}) {
  return <span className={isMono ? 'mono' : 'num'}>{children}</span>;
}
