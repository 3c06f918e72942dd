/** One line of the table. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** As the project set it for itself. */
  readonly target?: string;
  /** To something measured in the same run. */
  readonly ratio?: number;
  readonly beside?: string;
}
