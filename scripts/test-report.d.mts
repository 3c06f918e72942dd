export interface FinishedTest {
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  /** Milliseconds. */
  readonly ms: number;
}
export function forget(path: string): void;
export function vitestTests(path: string): FinishedTest[];
export function playwrightTests(path: string): FinishedTest[];
export function slowest(tests: readonly FinishedTest[], count: number): string[];
export function closingLine(tests: readonly FinishedTest[]): string;
