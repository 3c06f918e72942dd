/** What was thrown, in words: JavaScript lets anything be thrown, and libraries do. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
