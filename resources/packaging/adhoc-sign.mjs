// Without a Developer ID an arm64 app must still carry a signature: macOS calls an unsigned one "damaged". An ad-hoc signature brings back the usual prompt.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** electron-builder calls this after it has signed, or found no identity to sign with. A signature by an identity is left as it is. */
export default async function afterSign({ appOutDir, electronPlatformName, packager }) {
  if (electronPlatformName !== 'darwin') return;
  const app = join(appOutDir, `${packager.appInfo.productFilename}.app`);
  if (/^Authority=/m.test(codesign('--display', '--verbose=2', app).stderr)) return;
  const { status, stderr } = codesign('--force', '--deep', '--sign', '-', app);
  if (status !== 0) throw new Error(`codesign could not sign ${app}: ${stderr}`);
}

function codesign(...words) {
  const { status, stderr, error } = spawnSync('codesign', words, { encoding: 'utf8' });
  if (error) throw new Error('codesign could not be run', { cause: error });
  return { status, stderr };
}
