/**
 * Who has much to do does it in pieces, and waits for a turn before each. In one round of the event loop the pieces of all together take little time,
 * however many clients want something large: everyone else is served in between.
 */

/** Milliseconds of one round; a piece that has begun is finished. */
const budgetMs = 5;
/** How many pieces a round begins at most. */
const roundPieces = 16;

export interface Turns {
  /** Resolves when the next piece may begin. */
  next(): Promise<void>;
}

export function createTurns(): Turns {
  const waiting: (() => void)[] = [];
  let isArmed = false;
  const arm = (): void => {
    if (isArmed || waiting.length === 0) return;
    isArmed = true;
    let began: number | undefined;
    // Between two of them the promises run that the first has resolved: that is the piece.
    for (let piece = Math.min(roundPieces, waiting.length); piece > 0; piece--) {
      const isLast = piece === 1;
      setImmediate(() => {
        began ??= performance.now();
        if (performance.now() - began < budgetMs) waiting.shift()?.();
        if (!isLast) return;
        isArmed = false;
        arm();
      });
    }
  };
  return {
    next: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        arm();
      }),
  };
}
