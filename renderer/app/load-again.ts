/**
 * Loads a part of the window, and tries again when that fails. Browsers break off what they are loading when the computer's networks change
 * (Chromium: ERR_NETWORK_CHANGED), and starting a cluster makes a network.
 */
const pausesMs = [200, 600, 1500] as const;

export async function loadAgain<Module>(load: () => Promise<Module>): Promise<Module> {
  for (const pauseMs of pausesMs) {
    try {
      return await load();
    } catch {
      // Told below, if it does not pass.
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
  return load();
}
