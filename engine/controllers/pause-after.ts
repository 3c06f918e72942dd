/** How long a key that concerns many pods rests: what changes among thousands is counted a few times a second, not with every pod; a few are counted at once. */
import { done, type Result, rest } from '../client/controller.ts';

export function restAfter(pods: number): Result {
  return pods < 500 ? done : rest(pods / 50);
}
