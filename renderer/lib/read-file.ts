/** The bytes of a file that was dropped or pasted; null where it cannot be read (its stick was pulled, it is gone). */
export async function readFile(file: Blob): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    return null;
  }
}
