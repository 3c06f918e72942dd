/** Collects work until the next frame, so that a burst of changes is drawn once. Hidden windows draw no frames: there a timer stands in. */
export interface Frames {
  /** Runs `work` once in the next frame, however often it is asked for before. */
  request(work: () => void): void;
}

const hiddenDelayMs = 500;

export function browserFrames(): Frames {
  let waiting = new Set<() => void>();
  const flush = (): void => {
    const due = waiting;
    waiting = new Set();
    for (const work of due) work();
  };
  return {
    request: (work) => {
      if (waiting.size === 0) document.hidden ? setTimeout(flush, hiddenDelayMs) : requestAnimationFrame(flush);
      waiting.add(work);
    },
  };
}
