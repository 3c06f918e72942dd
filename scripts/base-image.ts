// Makes or pulls the base image where the engine lacks it: `node scripts/base-image.ts`. The app does the same by itself when it needs it.
import Docker from 'dockerode';
import { ensureBaseImage } from '../engine/nodes/image/base-image.ts';

const say = (line: string) => console.error(line);
await ensureBaseImage(new Docker(), { signal: new AbortController().signal, progress: { detail: say, log: say } });
