const COLORS: Readonly<Record<string, string>> = {
  valid: '#1c7c45',
  expiring: '#a0650f',
  'review-due': '#a0650f',
  expired: '#b3261e',
  'review-overdue': '#b3261e',
};
const OTHER = '#5d6874';

/** The ink of a status on paper; it always stands beside the status's word. Suspended, revoked and the like are grey. */
export function statusColor(status: string): string {
  return COLORS[status] ?? OTHER;
}
