/** What the practice office's unlock page shows plainly: it protects nothing and says so. */
export const PRACTICE_PASSWORD = 'lianxi-2026';
export const PRACTICE_PIN = '123456';
export const PRACTICE_CERTIFICATES = 50_000;
