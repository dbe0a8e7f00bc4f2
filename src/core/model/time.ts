/** Time as the core knows it: whole monotonic milliseconds, handed in by the caller. The zero is arbitrary; only differences mean something. */

declare const monotonic: unique symbol;

/** Whole milliseconds of a monotonic clock. */
export type MonoMs = number & {readonly [monotonic]: true};

/** Brands a number as monotonic milliseconds, rounding down. */
export const monoMs = (value: number): MonoMs => Math.floor(value) as MonoMs;
