import { join } from 'node:path';

/** Where an AppImage remembers that it was put in place and has not shown itself yet. */
export const swapNote = (userData: string): string => join(userData, 'update-swap.json');
