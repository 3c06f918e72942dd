// Turns off what the packaged app does not need of Electron. `MINATO_TEST_BUILD=1` keeps the inspector on, for Playwright.
import { join } from 'node:path';
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses';

/** electron-builder calls this after packing, before signing: flipping a fuse invalidates a signature. */
export default async function afterPack({ appOutDir, electronPlatformName, packager }) {
  const name = packager.appInfo.productFilename;
  const binary = { darwin: `${name}.app/Contents/MacOS/${name}`, win32: `${name}.exe` }[electronPlatformName] ?? packager.executableName;
  await flipFuses(join(appOutDir, binary), {
    version: FuseVersion.V1,
    resetAdHocDarwinSignature: electronPlatformName === 'darwin',
    [FuseV1Options.RunAsNode]: false,
    [FuseV1Options.EnableCookieEncryption]: true,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: process.env.MINATO_TEST_BUILD === '1',
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
    [FuseV1Options.OnlyLoadAppFromAsar]: true,
    [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  });
}
