/** Quitting stops the control planes cleanly and leaves the pods running; the next start finds them again. */
import type { App } from 'electron';
import { messageOf } from '../engine/api/message-of.ts';

export interface QuitOptions {
  readonly app: App;
  readonly end: () => Promise<void>;
  readonly showError: (text: string) => void;
}

/** Holds the first quit back until `end` is through, whether it succeeds or not; asks for it once only. */
export function endTogether({ app, end, showError }: QuitOptions): void {
  let state: 'running' | 'ending' | 'ended' = 'running';
  app.on('before-quit', (event) => {
    if (state === 'ended') return;
    event.preventDefault();
    if (state === 'ending') return;
    state = 'ending';
    end()
      .catch((error: unknown) => showError(messageOf(error)))
      .finally(() => {
        state = 'ended';
        app.quit();
      });
  });
}
