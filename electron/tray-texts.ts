/** The tray's few words; Electron's main process has no access to the window's translations at run time. */
import type { ClusterPhase } from '../engine/cluster/cluster.ts';

export interface TrayTexts {
  readonly show: string;
  readonly start: string;
  readonly stop: string;
  readonly quit: string;
  readonly phases: Readonly<Record<ClusterPhase, string>>;
}
const english: TrayTexts = {
  show: 'Open Minato',
  start: 'Start',
  stop: 'Stop',
  quit: 'Quit (pods keep running)',
  phases: {
    stopped: 'stopped',
    starting: 'starting',
    running: 'running',
    stopping: 'stopping',
    failed: 'failed',
    elsewhere: 'running in another process',
  },
};
const japanese: TrayTexts = {
  show: 'Minato を開く',
  start: '起動',
  stop: '停止',
  quit: '終了(Pod は動き続けます)',
  phases: {
    stopped: '停止中',
    starting: '起動しています',
    running: '実行中',
    stopping: '停止しています',
    failed: '失敗',
    elsewhere: '別のプロセスで実行中',
  },
};

/** `locale` as Electron gives it: `ja`, `en-US`. */
export function trayTexts(locale: string): TrayTexts {
  return locale.startsWith('ja') ? japanese : english;
}
