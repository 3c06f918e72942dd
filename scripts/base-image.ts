// Makes or pulls the base image where the engine lacks it: `node scripts/base-image.ts`. The app does the same by itself when it needs it.
import Docker from 'dockerode';
import { detailText, type StepDetail } from '../engine/api/step-detail.ts';
import { ensureBaseImage } from '../engine/nodes/image/base-image.ts';

const say = (said: string | StepDetail) => console.error(detailText(said));
await ensureBaseImage(new Docker(), { signal: new AbortController().signal, progress: { detail: say, log: say } });
