/** A rectangle in points, from its top left corner. */
export interface RectShape {
  readonly kind: 'rect';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** `#rrggbb` */
  readonly fill: string;
}

/** One line of text, by its top left corner. */
export interface TextShape {
  readonly kind: 'text';
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly sizePt: number;
  readonly color: string;
  readonly isBold?: boolean;
  /** 0 to 1; 1 where it is absent. */
  readonly opacity?: number;
  /** Turned about its corner, degrees, clockwise. */
  readonly turn?: number;
}

export type Shape = RectShape | TextShape;

/** What a board looks like: the same for the picture and for the page of the report, drawn in order. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly shapes: readonly Shape[];
}
