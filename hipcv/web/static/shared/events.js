/** News from the desk's server, as they happen. */

/**
 * Listen to what becomes of clips.
 * @param {(news: {id: string, state: string, said: string, share: number, doing: string}) => void} heard
 * @param {() => void} [back] called when the stream is there again after a break
 * @returns {EventSource}
 */
export function listen(heard, back = () => {}) {
  const source = new EventSource("/api/events");
  let opened = false;
  source.addEventListener("clip", (event) => heard(JSON.parse(event.data)));
  source.addEventListener("open", () => {
    if (opened) back();
    opened = true;
  });
  window.addEventListener("pagehide", () => source.close());
  return source;
}
