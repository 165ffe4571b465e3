/** A step the user waits for, on standard error so that a program's own output stays clean. @param {string} text */
export const say = (text) => console.error(`· ${text}`);

/**
 * Ends the program with one clear sentence: something outside the project is missing, and the
 * sentence says who has to do what.
 * @param {string} sentence
 * @returns {never}
 */
export function stopWith(sentence) {
  console.error(sentence);
  process.exit(2);
}
