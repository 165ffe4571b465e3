/** A release's version: three numbers, and for those before it `-beta.N`. No other form, so that it has one order. */
export const RELEASE_VERSION =
  /^(0|[1-9]\d{0,4})\.(0|[1-9]\d{0,4})\.(0|[1-9]\d{0,4})(?:-beta\.(0|[1-9]\d{0,4}))?$/;

/** Below 0: `a` is older; 0: the same; above 0: newer. Throws TypeError for what is no version of a release. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parts(a), parts(b)];
  for (let i = 0; i < left.length; i++) {
    const [x = 0, y = 0] = [left[i], right[i]];
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}

/** A trial comes before the release that it tries. */
function parts(version: string): number[] {
  const match = RELEASE_VERSION.exec(version);
  if (match === null) throw new TypeError('not a version of a release');
  const [, major, minor, patch, beta] = match;
  return [
    Number(major),
    Number(minor),
    Number(patch),
    beta === undefined ? Infinity : Number(beta),
  ];
}
