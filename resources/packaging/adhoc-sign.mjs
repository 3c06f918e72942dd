// Without a Developer ID an arm64 app must still carry a signature: macOS calls an unsigned one "damaged". An ad-hoc signature brings back the usual prompt.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

export default async function afterSign({ appOutDir, electronPlatformName, packager }) {
  if (electronPlatformName !== 'darwin' || process.env.CSC_LINK || process.env.CSC_NAME) return;
  execFileSync('codesign', ['--force', '--deep', '--sign', '-', join(appOutDir, `${packager.appInfo.productFilename}.app`)], {
    stdio: 'inherit',
  });
}
