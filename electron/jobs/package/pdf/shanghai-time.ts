/** Beijing time to the minute. */
export function shanghaiTime(timeMs: number): string {
  const text = new Date(timeMs + 8 * 3_600_000).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 16)}`;
}
