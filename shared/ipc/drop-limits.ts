/** Bytes of one piece at most: the page's thread copies one between two frames. */
export const DROP_PIECE_BYTES = 131_072;
/** A list that is longer is refused before it is read. */
export const MAX_DROP_BYTES = 134_217_728;
