/** How long a key that concerns many pods rests: what changes among thousands is counted a few times a second, not with every pod; a few are counted at once. */
import { done, pause, type Result } from '../client/controller.ts';

export function pauseAfter(pods: number): Result {
  return pods < 500 ? done : pause(pods / 50);
}
