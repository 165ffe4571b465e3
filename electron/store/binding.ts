/**
 * Which native binding the encrypted engine loads: the package's own, or the file that a test names to see
 * what happens where it cannot be loaded. Main hands the variable on in source checkouts only.
 */
export function bindingOption(): { readonly nativeBinding?: string } {
  const named = process.env.FIELDCERT_BINDING;
  return named === undefined || named === '' ? {} : { nativeBinding: named };
}
