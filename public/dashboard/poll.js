// Looking again and again while a page is shown.

/** Between two looks, in milliseconds; after failures more, up to the slowest. */
const pause = 3_000;
const slowest = 60_000;

/**
 * Looks now, then again every few seconds until the page is left or a look says that there is nothing more to look for.
 * After a failure it looks more and more slowly, and not before the time that the server named.
 * @param {AbortSignal} signal of the page
 * @param {() => Promise<boolean|void>} look true: this was the last look
 * @param {(error: Error, wait: number, again: () => void) => void} [onTrouble] wait: milliseconds until the next look;
 *   again: looks now
 */
export async function poll(signal, look, onTrouble = () => {}) {
  let wait = pause;
  let wake = () => {};
  while (!signal.aborted) {
    try {
      if (!document.hidden && await look()) return;
      wait = pause;
    } catch (error) {
      if (signal.aborted) return;
      wait = Math.max(Math.min(wait * 2, slowest), (error.retryAfter ?? 0) * 1000);
      onTrouble(error, wait, () => wake());
    }
    await new Promise((resolve) => {
      wake = resolve;
      setTimeout(resolve, wait);
    });
  }
}
