/** Who we are to ourselves: the window's origin, and whether an address or a sender is of it. Pure; everything that guards asks here. */
export const appOrigin = 'app://minato';

/** Compares origins, not prefixes: `app://minato.example` is somebody else. */
export function isOwnPage(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, host, username, password } = new URL(address);
  return `${protocol}//${host}` === appOrigin && username === '' && password === '';
}

/** What of Electron's WebFrameMain says who sends. */
export interface SenderFrame {
  readonly url: string;
  readonly parent: object | null;
}
/** Fails closed: no frame, no main frame or another origin is nobody we know. A frame that is gone while it is asked throws, and is nobody too. */
export function isTrustedSender(frame: SenderFrame | null | undefined): boolean {
  try {
    return frame !== null && frame !== undefined && frame.parent === null && isOwnPage(frame.url);
  } catch {
    return false;
  }
}
